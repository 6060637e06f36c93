// SPDX-License-Identifier: Apache-2.0
#include "flink/metadata.h"

#include <gtest/gtest.h>

#include "java/utf.h"

namespace checkpointfs::flink {
namespace {

using namespace std::string_view_literals;

TEST(Hex, prints_an_id_as_flink_does) {
  std::array<uint8_t, 16> id = {};
  for (size_t i = 0; i < id.size(); ++i) id[i] = static_cast<uint8_t>(0x10 * i + i);
  EXPECT_EQ(hex(id), "00112233445566778899aabbccddeeff");
}

TEST(ToString, has_the_words_of_flink_and_of_the_manual) {
  EXPECT_EQ(to_string(StreamTag::kRelative), "RELATIVE");
  EXPECT_EQ(to_string(Dialect::kFlink1_12), "1.12-1.14");
  EXPECT_EQ(to_string(Dialect::kOnly), "");
  EXPECT_EQ(to_string(Role::kKeyedRaw), "raw keyed");
  EXPECT_EQ(to_string(Part::kChangelog), "changelog");
  EXPECT_EQ(to_string(Part::kDelegate), "");
  EXPECT_EQ(to_string(SnapshotKind::kSavepoint), "savepoint");
}

TEST(JavaUtf, takes_what_read_utf_takes) {
  for (const std::string_view text :
       {""sv, "a"sv, "0123456789abcdef-and-more"sv, "\0"sv, "\xC0\x80"sv, "\xC3\xA9"sv, "\xE2\x82\xAC"sv,
        "\xED\xA0\x80"sv, "\xC0\xAF"sv, "01234567\xC3\xA9"sv, "0123456\xC3\xA9"sv}) {
    EXPECT_TRUE(java::is_utf(text)) << text;
  }
}

TEST(JavaUtf, refuses_what_read_utf_refuses) {
  for (const std::string_view text :
       {"\x80"sv, "\xBF"sv, "\xC3"sv, "\xC3("sv, "\xE2\x82"sv, "\xE2(\xAC"sv, "\xE2\x82("sv,
        "\xF0\x9F\x98\x80"sv, "\xFF"sv, "01234567\xFF"sv, "0123456\xFF"sv}) {
    EXPECT_FALSE(java::is_utf(text)) << text;
  }
}

}  // namespace
}  // namespace checkpointfs::flink
