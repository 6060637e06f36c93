// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/files.h"
#include "transfer/manifest/crc32c.h"
#include "transfer/manifest/sha256.h"

namespace checkpointfs::transfer {
namespace {

Crc32c crc_of(std::string_view bytes) {
  Crc32c sum;
  sum.update(bytes);
  return sum;
}

// The vectors of RFC 3720, B.4, and the common one of all CRCs.
TEST(Crc32c, is_the_sum_of_the_standard) {
  EXPECT_EQ(crc_of("").value(), 0U);
  EXPECT_EQ(crc_of("123456789").value(), 0xE3069283U);
  EXPECT_EQ(crc_of(std::string(32, '\0')).value(), 0x8A9136AAU);
  EXPECT_EQ(crc_of(std::string(32, '\xFF')).value(), 0x62A8AB43U);
}

TEST(Crc32c, of_parts_is_the_sum_of_the_whole_wherever_it_is_cut) {
  const std::string bytes = test::pattern(3000, 7);
  const Crc32c whole = crc_of(bytes);
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::string_view text(bytes);
    Crc32c streamed = crc_of(text.substr(0, cut));
    Crc32c combined = streamed;
    streamed.update(text.substr(cut));
    combined.append(crc_of(text.substr(cut)));
    ASSERT_EQ(streamed.value(), whole.value()) << cut;
    ASSERT_EQ(combined.value(), whole.value()) << cut;
    ASSERT_EQ(combined.length(), bytes.size());
  }
}

TEST(Crc32c, of_many_parts_is_put_together_in_their_order) {
  const std::string bytes = test::pattern(100000, 3);
  Crc32c combined;
  for (size_t at = 0, size = 1; at < bytes.size(); at += size, size = size * 2 + 1) {
    size = std::min(size, bytes.size() - at);
    combined.append(crc_of(std::string_view(bytes).substr(at, size)));
  }
  EXPECT_EQ(combined.value(), crc_of(bytes).value());
}

TEST(Crc32c, is_eight_digits_of_text) {
  EXPECT_EQ(crc32c_text(0x00001A2B), "00001a2b");
  EXPECT_EQ(crc32c_from_text("00001a2b"), 0x1A2BU);
  for (const char* other : {"", "1a2b", "00001A2B", "0x001a2b", "00001a2b0", "00001a2g", "+0001a2b"})
    EXPECT_FALSE(crc32c_from_text(other)) << other;
}

// The vectors of FIPS 180-2.
TEST(Sha256, is_the_sum_of_the_standard) {
  Sha256 sum;
  EXPECT_EQ(sha256_text(sum.sum()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  sum.update("a");
  sum.update("bc");
  const Sha256Sum abc = sum.sum();
  EXPECT_EQ(sha256_text(abc), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_from_text(sha256_text(abc)), abc);
  EXPECT_FALSE(sha256_from_text("ba7816bf"));
  EXPECT_FALSE(sha256_from_text("BA7816BF8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

}  // namespace
}  // namespace checkpointfs::transfer
