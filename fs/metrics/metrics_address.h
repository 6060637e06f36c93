// SPDX-License-Identifier: Apache-2.0
// The address at which metrics are served.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::fs {

struct MetricsAddress {
  std::string host = "127.0.0.1";  // an IPv4 or IPv6 address
  uint16_t port = 0;               // 0: any free port
  friend bool operator==(const MetricsAddress&, const MetricsAddress&) = default;
};

// Parses "192.0.2.1:9300", "[::1]:9300", "localhost:9300", and ":9300" or "9300" for this host only. Names
// are not resolved. Throws Failure(kUsage).
MetricsAddress parse_metrics_address(std::string_view text);

// "127.0.0.1:9300", "[::1]:9300".
std::string to_string(const MetricsAddress& address);

// True if only this host can reach the address.
bool is_loopback(const MetricsAddress& address);

}  // namespace checkpointfs::fs
