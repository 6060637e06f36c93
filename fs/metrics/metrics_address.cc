// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics/metrics_address.h"

#include <arpa/inet.h>

#include <charconv>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::fs {
namespace {

bool is_address(int family, const std::string& text) {
  in6_addr any = {};  // large enough for either
  return ::inet_pton(family, text.c_str(), &any) == 1;
}

bool is_v6(const MetricsAddress& address) {
  return address.host.find(':') != std::string::npos;
}

// Returns false if `text` is no host.
bool read_host(std::string_view text, std::string& host) {
  if (text.empty() || text == "localhost") return true;  // as it is by default
  if (text.starts_with('[') && text.ends_with(']')) {
    host = text.substr(1, text.size() - 2);
    return is_address(AF_INET6, host);
  }
  host = text;
  return is_address(AF_INET, host);
}

bool read_port(std::string_view text, uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

MetricsAddress parse_metrics_address(std::string_view text) {
  MetricsAddress address;
  const size_t colon = text.rfind(':');
  const bool port_only = colon == std::string_view::npos;
  const std::string_view host = port_only ? "" : text.substr(0, colon);
  // A null byte would end the text for inet_pton().
  if (text.find('\0') != std::string_view::npos || !read_host(host, address.host) ||
      !read_port(port_only ? text : text.substr(colon + 1), address.port)) {
    throw base::Failure(
        base::FailureKind::kUsage,
        base::format(
            "metrics cannot be served at '{}'; write an address and a port, as in 127.0.0.1:9300, [::1]:9300 or :9300",
            text));
  }
  return address;
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
