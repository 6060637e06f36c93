// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tests/support/files.h"
#include "transfer/manifest/manifest_reader.h"
#include "transfer/manifest/manifest_writer.h"

namespace checkpointfs::transfer {
namespace {

const ManifestHeader kHeader = {"job/chk-42", 42};

std::string written(const ManifestHeader& header, const std::vector<ManifestEntry>& entries) {
  std::string text;
  ManifestWriter writer([&](std::string_view part) { text += part; }, header);
  for (const ManifestEntry& entry : entries) writer.add(entry);
  writer.finish();
  return text;
}

struct ReadManifest {
  ManifestHeader header;
  std::vector<ManifestEntry> entries;
  std::string error;
};

ReadManifest read_manifest(std::string_view text) {
  ReadManifest read;
  ManifestReader reader(bytes_of_text(text));
  const auto header = reader.read_header();
  if (!header.has_value()) {
    read.error = base::to_string(header.error());
    return read;
  }
  read.header = *header;
  for (;;) {
    auto entry = reader.next();
    if (!entry.has_value()) read.error = base::to_string(entry.error());
    if (!entry.has_value() || !*entry) return read;
    read.entries.push_back(std::move(**entry));
  }
}

std::vector<ManifestEntry> samples() {
  Sha256 sum;
  return {{"_metadata", 18800, "", {}, 0xE3069283, sum.sum()},
          {"0a1b", 6321, "hdfs://ns1/flink/shared/0a1b", {}, 0, {}},
          {"seg", 10, "s3://b/k", 0, {}, {}},
          {"largest", UINT64_MAX - 30000, "s3://b/\xFF", UINT64_MAX, {}, {}},
          {std::string("\\x41 \xFF\xFE \n\r\"\x1B[31m \xE2\x80\xAE \xC2\x85"), 0, "", {}, {}, {}},
          {std::string(255, '\xFF'), 1, std::string(20000, '\x01'), {}, {}, {}}};
}

TEST(Manifest, has_one_line_for_each_file_between_its_first_and_its_last) {
  const std::string text = written(kHeader, {samples()[1], samples()[2]});
  EXPECT_EQ(
      text.substr(0, text.rfind("{\"files")),
      "{\"manifest\":1,\"snapshot\":\"job/chk-42\",\"checkpoint_id\":42}\n"
      "{\"name\":\"0a1b\",\"size\":6321,\"uri\":\"hdfs://ns1/flink/shared/0a1b\",\"crc32c\":\"00000000\"}\n"
      "{\"name\":\"seg\",\"size\":10,\"uri\":\"s3://b/k\",\"segment\":{\"offset\":0}}\n");
  EXPECT_EQ(text.substr(text.rfind("{\"files"), 32), "{\"files\":2,\"bytes\":6331,\"crc32c\"");
}

TEST(Manifest, is_read_as_it_was_written_whatever_bytes_names_have) {
  for (const ManifestHeader& header : {kHeader, ManifestHeader{"\xFF\n", {}}}) {
    const ReadManifest read = read_manifest(written(header, samples()));
    EXPECT_EQ(read.error, "");
    EXPECT_EQ(read.header, header);
    EXPECT_EQ(read.entries, samples());
  }
}

TEST(Manifest, is_text_without_control_characters) {
  const std::string text = written(kHeader, samples());
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c < '\x7F')) << static_cast<int>(c);
  EXPECT_EQ(std::ranges::count(text, '\n'), 8);
}

TEST(Manifest, is_never_taken_for_whole_when_it_was_cut) {
  const std::string text = written(kHeader, {samples()[0], samples()[4], samples()[2]});
  for (size_t length = 0; length + 1 < text.size(); ++length)
    ASSERT_NE(read_manifest(text.substr(0, length)).error, "") << length;
  // Only the last line feed may be missing.
  EXPECT_EQ(read_manifest(text.substr(0, text.size() - 1)).error, "");
}

TEST(Manifest, is_never_taken_for_whole_when_a_bit_of_it_was_changed) {
  std::string text = written(kHeader, {samples()[0], samples()[1], samples()[2]});
  const size_t sum = text.rfind("crc32c");
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    // A change of the name of the last line's sum makes it another member, which is ignored.
    if (i >= sum && i < sum + 6) continue;
    for (int bit = 0; bit < 8; ++bit) {
      text[i] = static_cast<char>(text[i] ^ (1 << bit));
      ASSERT_NE(read_manifest(text).error, "") << i << " " << text;
      text[i] = static_cast<char>(text[i] ^ (1 << bit));
    }
  }
}

TEST(Manifest, without_a_line_is_not_whole) {
  const std::string text = written(kHeader, {samples()[1], samples()[2]});
  const size_t second = text.find('\n') + 1;
  const size_t third = text.find('\n', second) + 1;
  EXPECT_EQ(read_manifest(text.substr(0, second) + text.substr(third)).error.substr(0, 70),
            "offset 123, line 3: it counts 2 files, but 1 stand above it");
}

TEST(Manifest, that_is_damaged_names_the_line_and_the_reason) {
  const std::string head = "{\"manifest\":1,\"snapshot\":\"s\"}\n";
  const std::string end = "{\"files\":0,\"bytes\":0}\n";
  const std::pair<std::string, std::string> cases[] = {
      {"", "offset 0, line 1: the manifest is empty"},
      {"\x7F"
       "ELF",
       "offset 0, line 1: it is no JSON object"},
      {"[]\n", "offset 0, line 1: it is no JSON object"},
      {"{}\n", "offset 0, line 1: it does not begin a manifest: it has no member \"manifest\""},
      {"{\"manifest\":2,\"snapshot\":\"s\"}\n",
       "offset 0, line 1: this program reads manifests of version 1 only"},
      {"{\"manifest\":1}\n", "offset 0, line 1: snapshot is missing"},
      {"{\"manifest\":1,\"snapshot\":\"s\",\"checkpoint_id\":1e99}\n",
       "offset 0, line 1: checkpoint_id is no number that fits"},
      {head,
       "offset 30, after line 1: the manifest was cut short: it has no last line with the number of files"},
      {head + end + "\n", "offset 52, line 3: the manifest goes on after the line that counts its files"},
      {head + "\n", "offset 30, line 2: it is no JSON object"},
      {head + "{\"size\":1}\n", "offset 30, line 2: name is missing"},
      {head + "{\"name\":\"a\"}\n", "offset 30, line 2: size is missing"},
      {head + "{\"name\":\"a\",\"size\":-1}\n", "offset 30, line 2: size is no number that fits"},
      {head + "{\"name\":\"a\",\"size\":\"1\"}\n", "offset 30, line 2: size is no number that fits"},
      {head + "{\"name\":\"a/b\",\"size\":1}\n",
       "offset 30, line 2: name is not the name of a file in a directory"},
      {head + "{\"name\":\"..\",\"size\":1}\n",
       "offset 30, line 2: name is not the name of a file in a directory"},
      {head + "{\"name\":\"\\\\x2fetc\",\"size\":1}\n",
       "offset 30, line 2: name is not the name of a file in a directory"},
      {head + "{\"name\":\"a\\u0000\",\"size\":1}\n",
       "offset 30, line 2: name is not the name of a file in a directory"},
      {head + "{\"name\":7,\"size\":1}\n", "offset 30, line 2: name is no string"},
      {head + "{\"name\":\"a\",\"size\":1,\"crc32c\":\"12345678\",\"sha256\":\"00\"}\n",
       "offset 30, line 2: sha256 is no check sum in lower-case hexadecimal digits"},
      {head + "{\"name\":\"a\",\"size\":1,\"segment\":{}}\n",
       "offset 30, line 2: segment has no offset that is a number"},
      {head + "{\"name\":\"a\",\"size\":18446744073709551615}\n{\"name\":\"b\",\"size\":1}\n",
       "offset 71, line 3: the sum of all sizes is too large"},
      {head + "{\"files\":1,\"bytes\":0}\n", "offset 30, line 2: it counts 1 files, but 0 stand above it"},
      {head + "{\"files\":0,\"bytes\":1}\n",
       "offset 30, line 2: it counts 1 bytes, but the files above it have 0"},
      {head + "{\"files\":0}\n", "offset 30, line 2: bytes is missing"},
      {head + "{\"files\":0,\"bytes\":0,\"crc32c\":\"00000000\"}\n",
       "offset 30, line 2: the lines above it were changed: they have another CRC32C"},
      {head + std::string(300000, ' ') + "\n", "offset 30, line 2: the line is longer than 262144 bytes"}};
  for (const auto& [text, error] : cases) EXPECT_EQ(read_manifest(text).error, error) << text.substr(0, 200);
}

TEST(Manifest, may_be_edited_if_the_sum_of_its_lines_is_removed) {
  const ReadManifest read = read_manifest(
      "{ \"snapshot\": \"s\", \"manifest\": 1, \"by\": \"me\" }\n"
      "{\"size\":3,\"later\":[1],\"name\":\"a\"}\n{\"bytes\":3,\"files\":1}");
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.entries, (std::vector<ManifestEntry>{{"a", 3, "", {}, {}, {}}}));
}

TEST(Manifest, of_many_files_is_handed_over_in_parts) {
  size_t largest = 0;
  size_t all = 0;
  ManifestWriter writer(
      [&](std::string_view part) {
        largest = std::max(largest, part.size());
        all += part.size();
      },
      kHeader);
  for (int i = 0; i < 20000; ++i) writer.add({std::to_string(i), 1, "s3://bucket/key", {}, 1, {}});
  writer.finish();
  EXPECT_GT(all, 1000000U);
  EXPECT_LT(largest, 100000U);
}

TEST(Manifest, that_cannot_be_written_is_said) {
  const auto full = [](std::string_view) { throw base::SystemError(ENOSPC, "write", "m"); };
  ManifestWriter writer(full, kHeader);
  EXPECT_THROW(writer.finish(), base::SystemError);
}

}  // namespace
}  // namespace checkpointfs::transfer
