// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics/metrics_address.h"

#include <arpa/inet.h>

#include <optional>
#include <utility>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/numbers.h"

namespace checkpointfs::fs {
namespace {

bool is_address(int family, const std::string& text) {
  in6_addr any = {};  // large enough for either
  return ::inet_pton(family, text.c_str(), &any) == 1;
}

bool is_v6(const MetricsAddress& address) {
  return address.host.find(':') != std::string::npos;
}

// Both return nothing if the text is wrong.
std::optional<std::string> host_of(std::string_view text) {
  if (text.empty() || text == "localhost") return MetricsAddress().host;
  const bool is_bracketed = text.starts_with('[') && text.ends_with(']');
  std::string host(is_bracketed ? text.substr(1, text.size() - 2) : text);
  return is_address(is_bracketed ? AF_INET6 : AF_INET, host) ? std::optional(std::move(host)) : std::nullopt;
}

std::optional<uint16_t> port_of(std::string_view text) {
  return base::parse_number<uint16_t>(text);
}

}  // namespace

MetricsAddress parse_metrics_address(std::string_view text) {
  const size_t colon = text.rfind(':');
  const bool port_only = colon == std::string_view::npos;
  std::optional<std::string> host = host_of(port_only ? "" : text.substr(0, colon));
  const std::optional<uint16_t> port = port_of(port_only ? text : text.substr(colon + 1));
  // A null byte would end the text for inet_pton().
  if (text.find('\0') != std::string_view::npos || !host || !port) {
    throw base::Failure(
        base::FailureKind::kUsage,
        base::format(
            "metrics cannot be served at '{}'; write an address and a port, as in 127.0.0.1:9300, [::1]:9300 or :9300",
            text));
  }
  return {std::move(*host), *port};
}

std::string to_string(const MetricsAddress& address) {
  return is_v6(address) ? base::format("[{}]:{}", address.host, address.port)
                        : base::format("{}:{}", address.host, address.port);
}

bool is_loopback(const MetricsAddress& address) {
  in6_addr v6 = {};
  if (is_v6(address))
    return ::inet_pton(AF_INET6, address.host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
  return address.host.starts_with("127.");
}

}  // namespace checkpointfs::fs
