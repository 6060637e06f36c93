// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics/metrics_address.h"

#include <gtest/gtest.h>

#include "base/errors.h"

namespace checkpointfs::fs {
namespace {

TEST(MetricsAddress, is_this_host_when_only_a_port_is_said) {
  for (const char* text : {"9300", ":9300", "localhost:9300", "127.0.0.1:9300"}) {
    EXPECT_EQ(parse_metrics_address(text), (MetricsAddress{"127.0.0.1", 9300})) << text;
  }
  EXPECT_EQ(parse_metrics_address("0").port, 0);
  EXPECT_EQ(parse_metrics_address(":65535").port, 65535);
}

TEST(MetricsAddress, is_ipv4_or_ipv6_in_brackets) {
  EXPECT_EQ(parse_metrics_address("0.0.0.0:80"), (MetricsAddress{"0.0.0.0", 80}));
  EXPECT_EQ(parse_metrics_address("[::1]:80"), (MetricsAddress{"::1", 80}));
  EXPECT_EQ(parse_metrics_address("[::ffff:192.0.2.1]:80"), (MetricsAddress{"::ffff:192.0.2.1", 80}));
}

TEST(MetricsAddress, is_refused_when_it_is_none) {
  for (const char* text : {"",
                           ":",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "::1:9300",
                           "::1",
                           "[::1]",
                           "[]:1",
                           "[127.0.0.1]:1",
                           "[::1:1",
                           "host:1",
                           "1.2.3:1",
                           "256.0.0.1:1",
                           ":65536",
                           ":-1",
                           ":+1",
                           ":1x",
                           ": 1",
                           "http://127.0.0.1:1",
                           "1 "}) {
    EXPECT_THROW(parse_metrics_address(text), base::Failure) << text;
  }
  EXPECT_THROW(parse_metrics_address(std::string_view("127.0.0.1\0:1", 12)), base::Failure);
}

TEST(MetricsAddress, is_written_as_it_is_read) {
  for (const char* text : {"127.0.0.1:9300", "0.0.0.0:0", "[::1]:9300"}) {
    EXPECT_EQ(to_string(parse_metrics_address(text)), text);
  }
}

TEST(MetricsAddress, knows_whether_others_can_reach_it) {
  for (const char* text : {":1", "127.1.2.3:1", "[::1]:1", "[0:0:0:0:0:0:0:1]:1"})
    EXPECT_TRUE(is_loopback(parse_metrics_address(text))) << text;
  for (const char* text : {"0.0.0.0:1", "192.0.2.1:1", "[::]:1", "[fe80::1]:1"})
    EXPECT_FALSE(is_loopback(parse_metrics_address(text))) << text;
}

}  // namespace
}  // namespace checkpointfs::fs
