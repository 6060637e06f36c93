// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/crc32c.h"

#include <string>

#include <gtest/gtest.h>

namespace checkpointfs::state {
namespace {

// RFC 3720, B.4.
TEST(Crc32c, has_the_values_of_the_rfc) {
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  std::string rising;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  EXPECT_EQ(crc32c(rising), 0x46DD794Eu);
}

}  // namespace
}  // namespace checkpointfs::state
