// SPDX-License-Identifier: Apache-2.0
// Where metrics are served.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::fs {

struct MetricsAddress {
  std::string host = "127.0.0.1";  // an IPv4 or IPv6 address
  uint16_t port = 0;               // 0: any that is free
  friend bool operator==(const MetricsAddress&, const MetricsAddress&) = default;
};

// "192.0.2.1:9300", "[::1]:9300", "localhost:9300"; ":9300" and "9300" on this host only. Names are not
// resolved. Throws Failure(kUsage).
MetricsAddress parse_metrics_address(std::string_view text);

// "127.0.0.1:9300", "[::1]:9300".
std::string to_string(const MetricsAddress& address);

// Whether only this host can reach it.
bool is_loopback(const MetricsAddress& address);

}  // namespace checkpointfs::fs
