// SPDX-License-Identifier: Apache-2.0
// The forms of listings, by hand and as real programs printed them.
#include "transfer/verify/listing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/path.h"
#include "tests/support/files.h"
#include "transfer/manifest/crc32c.h"
#include "transfer/manifest/sha256sums.h"

namespace checkpointfs::transfer {
namespace {

// One line a file: path, size or "dir", and sums. An error is the only line.
std::string read_as(std::string_view form, std::string_view text) {
  const auto files = read_listing(bytes_of_text(text), form);
  if (!files.has_value()) return files.error().field + ": " + files.error().reason;
  std::string lines;
  for (const ListedFile& file : *files) {
    lines += file.path + " " + (file.directory ? "dir" : file.size ? std::to_string(*file.size) : "?");
    if (file.crc32c) lines += " " + crc32c_text(*file.crc32c);
    if (file.sha256) lines += " " + sha256_text(*file.sha256).substr(0, 8);
    if (!file.unusable_sum.empty()) lines += " (" + file.unusable_sum + ")";
    lines += "\n";
  }
  return lines;
}

constexpr std::string_view kHadoop =
    "drwxr-xr-x   - root supergroup          0 2026-11-22 10:24 hdfs://ns1/b/chk-12/shared\n"
    "-rw-r--r--   3 root supergroup      18800 2026-11-22 10:24 hdfs://ns1/b/chk-12/_metadata\n"
    "-rw-rw-rw-+  1 a-b  $superuser 1099511627776 2026-11-22 10:24 hdfs://ns1/b/chk-12/a  b \n";
constexpr std::string_view kS5cmd =
    "                                  DIR  sub/\n"
    "2026/11/29 17:02:56                 6  0a1b-22\n"
    "2026/11/29 17:02:56                 0  sub/\n"
    "2026/11/29 17:02:56                 1  a b;'\xC3\xBC\n";
constexpr std::string_view kS5cmdJson =
    "{\"key\":\"s3://flink/job/chk-12/sub/\",\"type\":\"directory\"}\n"
    "{\"key\":\"s3://flink/job/chk-12/0a1b\",\"etag\":\"e80b5017098950fc58aad83c8c14978e\","
    "\"last_modified\":\"2026-11-29T17:02:56.578Z\",\"type\":\"file\",\"size\":6,\"storage_class\":\"STANDARD\"}\n"
    "{\"key\":\"s3://flink/job/chk-12/empty\",\"etag\":\"d41d8cd98f00b204e9800998ecf8427e\","
    "\"last_modified\":\"2026-11-29T17:02:56.578Z\",\"type\":\"file\",\"storage_class\":\"STANDARD\"}\n";
constexpr std::string_view kLsjson =
    "[\n"
    "{\"Path\":\"0a1b\",\"Name\":\"0a1b\",\"Size\":6,\"MimeType\":\"application/octet-stream\","
    "\"ModTime\":\"2026-11-29T17:02:56.578780800Z\",\"IsDir\":false,\"Hashes\":{\"crc32\":\"4b8e39ef\",\"sha256\":"
    "\"bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721\"}},\n"
    "{\"Path\":\"sub\",\"Name\":\"sub\",\"Size\":-1,\"MimeType\":\"inode/directory\","
    "\"ModTime\":\"2026-11-29T17:02:56.584071273Z\",\"IsDir\":true},\n"
    "{\"Path\":\"sub/a \\u003cb\\\\xff\",\"Name\":\"a\",\"Size\":-1,\"MimeType\":\"\",\"ModTime\":\"\",\"IsDir\":false}\n"
    "]\n";
constexpr std::string_view kLsf = "6;0a1b-22\n-1;sub/\n-1;streamed\n1;a;b\n";

TEST(Listing, is_recognised_by_its_first_line) {
  EXPECT_EQ(read_as("", kHadoop),
            "hdfs://ns1/b/chk-12/shared dir\nhdfs://ns1/b/chk-12/_metadata 18800\n"
            "hdfs://ns1/b/chk-12/a  b  1099511627776\n");
  EXPECT_EQ(read_as("", kS5cmd), "sub dir\n0a1b-22 6\nsub dir\na b;'\xC3\xBC 1\n");
  EXPECT_EQ(read_as("", kS5cmdJson),
            "s3://flink/job/chk-12/sub dir\ns3://flink/job/chk-12/0a1b 6\ns3://flink/job/chk-12/empty 0\n");
  EXPECT_EQ(read_as("", kLsjson), "0a1b 6 bef57ec7\nsub dir\nsub/a <b\\xff ?\n");
  EXPECT_EQ(read_as("", kLsf), "0a1b-22 6\nsub dir\nstreamed ?\na;b 1\n");
  EXPECT_EQ(read_as("", "[\n]\n"), "");
}

// Eight files as each program lists them: tests/data/listings/README.md.
TEST(Listing, of_a_real_program_has_all_files_with_their_sizes) {
  const std::string listings = std::string(CHECKPOINTFS_TEST_DATA) + "/listings/";
  const std::map<std::string, uint64_t> expected = {{"0e5f8a1c-2e59-44c3-a0b0-b2a1b9f57c11@265+512", 4444},
                                                    {"27c54dfa-91c0-4d2c-9d95-0cf4d1f2b9a1", 2222},
                                                    {"4f0b9b0e-30a8-4b5a-8f2e-6d3ad5a6c7aa", 3333},
                                                    {"_metadata", 1111},
                                                    {"empty", 0},
                                                    {"large", 12000000},
                                                    {"two words", 5555},
                                                    {"\xC3\xBCmlaut", 6666}};
  for (const char* const name :
       {"hadoop-fs-ls", "hadoop-fs-ls-R", "hadoop-fs-ls-R-path", "rclone-1.60-lsf-sp",
        "rclone-1.60-lsf-sp-hdfs", "rclone-1.60-lsjson-hash", "rclone-1.60-lsjson-hash-local",
        "rclone-1.60-lsjson-hdfs", "rclone-1.75-lsf-sp", "rclone-1.75-lsjson-hash", "s5cmd-json-ls",
        "s5cmd-ls", "s5cmd-ls-above", "s5cmd-ls-etag", "s5cmd-ls-etag-class"}) {
    const std::string text = test::read_file(listings + name);
    const auto files = read_listing(bytes_of_text(text), "");
    ASSERT_TRUE(files.has_value()) << name << ": " << base::to_string(files.error());
    std::map<std::string, uint64_t> found;
    for (const ListedFile& file : *files) {
      if (!file.directory) found[std::string(base::last_component(file.path))] = file.size.value();
    }
    EXPECT_EQ(found, expected) << name;
  }
}

TEST(Listing, of_a_real_program_has_sums_that_can_be_compared) {
  const std::string listings = std::string(CHECKPOINTFS_TEST_DATA) + "/listings/";
  const std::string local = test::read_file(listings + "rclone-1.60-lsjson-hash-local");
  std::string sums;
  for (const ListedFile& file : *read_listing(bytes_of_text(local), ""))
    sums += sha256sums_line(file.path, file.sha256.value());
  EXPECT_EQ(sums, test::read_file(listings + "sha256sums"));
  const std::string composite = test::read_file(listings + "hadoop-fs-checksum-composite");
  const std::string plain = test::read_file(listings + "hadoop-fs-checksum");
  const auto files = read_listing(bytes_of_text(composite), "hdfs-checksums");
  EXPECT_EQ(std::ranges::count_if(*files, [](const ListedFile& file) { return file.crc32c.has_value(); }), 8);
  for (const ListedFile& file : *read_listing(bytes_of_text(plain), "hdfs-checksums"))
    EXPECT_EQ(file.unusable_sum, file.size == 0U ? "" : "MD5-of-0MD5-of-512CRC32C") << file.path;
}

// Hashes behind the name make another form of lines, which no other one is taken for.
TEST(Listing, with_columns_in_another_order_is_not_recognised) {
  const std::string text =
      test::read_file(std::string(CHECKPOINTFS_TEST_DATA) + "/listings/rclone-1.75-lsf-psh");
  EXPECT_TRUE(read_as("", text).starts_with("line 1: it begins none of the listings"));
}

TEST(Listing, of_a_named_form_is_of_no_other) {
  const std::pair<std::string_view, std::string_view> samples[] = {{"hadoop-ls", kHadoop},
                                                                   {"s5cmd", kS5cmd},
                                                                   {"s5cmd-json", kS5cmdJson},
                                                                   {"rclone-lsjson", kLsjson},
                                                                   {"rclone-lsf", kLsf}};
  for (const auto& [form, unused] : samples) {
    for (const auto& [other, text] : samples) {
      const bool error = read_as(form, text).starts_with("line 1: ");
      EXPECT_EQ(error, form != other) << form << " " << other;
    }
  }
}

TEST(Listing, that_is_not_recognised_is_refused) {
  EXPECT_EQ(read_as("", "total 12\n").substr(0, 61),
            "line 1: it begins none of the listings that are recognised; n");
  EXPECT_EQ(read_as("", ""), "line 1: the listing is empty: its program has perhaps failed");
  EXPECT_TRUE(read_as("", "\n").starts_with("line 1: it begins none"));
  for (const char* unknown : {"", "ls", "s3-inventory", "s3-inventory=", "s3-inventory=Bucket,Size"})
    EXPECT_EQ(make_listing_form(unknown), nullptr) << unknown;
}

TEST(Listing, with_one_line_of_another_kind_is_refused) {
  const std::pair<std::string, std::string> cases[] = {
      {std::string(kHadoop) + "ls: connection refused\n",
       "line 4: it is no line of 'hadoop fs -ls -R' (without -h, -C or -e)"},
      {"-rw-r--r--   3 root supergroup      18.4 K 2026-11-22 10:24 hdfs://ns1/b/chk-12/_metadata\n",
       "line 1: it begins none"},
      {std::string(kS5cmd) + "2026/11/29 17:02:56              1.2K  x\n",
       "line 5: it is no line of 's5cmd ls' (without -H and --show-fullpath)"},
      {std::string(kS5cmd) + "2026/11/29 17:02:56 STANDARD e80b50170989  6  x\n", "line 5: it is no line of"},
      {std::string(kS5cmdJson) +
           "{\"operation\":\"ls\",\"command\":\"ls s3://b/\",\"error\":\"InvalidAccessKeyId\"}\n",
       "line 4: s5cmd has failed: InvalidAccessKeyId"},
      {std::string(kLsf) + "2026-11-29;7;x\n", "line 5: it is no line of 'rclone lsf --format sp'"},
      {std::string(kLsf) + "7;\n", "line 5: it is no line of 'rclone lsf --format sp': the name is missing"},
      {"99999999999999999999;x\n", "line 1: it begins none"}};
  for (const auto& [text, error] : cases) EXPECT_EQ(read_as("", text).substr(0, error.size()), error);
}

TEST(Listing, that_was_cut_is_noticed_if_its_form_has_an_end) {
  for (size_t length = 0; length + 1 < kLsjson.size(); ++length)
    EXPECT_TRUE(read_as("rclone-lsjson", kLsjson.substr(0, length)).starts_with("line ")) << length;
  EXPECT_EQ(read_as("", std::string(kLsjson) + "]\n"), "line 6: the listing goes on after its end");
  EXPECT_EQ(read_as("", "Found 4 items\n" + std::string(kHadoop)),
            "line 4: the listing was cut short: 1 item missing");
  EXPECT_EQ(read_as("", "Found 2 items\n" + std::string(kHadoop)),
            "line 4: the directory has more items than were announced");
  EXPECT_EQ(read_as("", "Found 3 items\n" + std::string(kHadoop) + "Found 0 items\n").substr(0, 10),
            "hdfs://ns1");
}

TEST(Listing, of_check_sums_has_those_that_can_be_compared) {
  EXPECT_EQ(read_as("hdfs-checksums",
                    "hdfs://ns1/b/chk-12/_metadata\tCOMPOSITE-CRC32C\t271636a1\n"
                    "hdfs://ns1/b/chk-12/a\tb\tMD5-of-0MD5-of-512CRC32C\t00000200000000000000\n"
                    "s3a://b/chk-12/c\tNONE\t\n"),
            "hdfs://ns1/b/chk-12/_metadata ? 271636a1\n"
            "hdfs://ns1/b/chk-12/a\tb ? (MD5-of-0MD5-of-512CRC32C)\n"
            "s3a://b/chk-12/c ? (NONE)\n");
  EXPECT_EQ(read_as("hdfs-checksums", "a\tCOMPOSITE-CRC32C\t271636A1\n"),
            "line 1: the sum is no CRC32C of eight hexadecimal digits");
  for (const char* wrong : {"", "a", "a\tb", "\tNONE\t", "\t", "\t\t"})
    EXPECT_TRUE(read_as("hdfs-checksums", std::string(wrong) + "\n").starts_with("line 1: it is no line"))
        << wrong;
}

TEST(Listing, of_an_inventory_is_read_by_its_columns) {
  EXPECT_EQ(
      read_as("s3-inventory=Bucket, Key, Size, ETag",
              "\"b\",\"chk-12/_metadata\",\"18800\",\"e80b\"\n\"b\",\"chk-12/a+b%2C%22%C3%BC\",\"0\",\"\"\r\n"
              "b,chk-12/,0,x\n"),
      "s3://b/chk-12/_metadata 18800\ns3://b/chk-12/a b,\"\xC3\xBC 0\ns3://b/chk-12 dir\n");
  EXPECT_EQ(
      read_as(
          "s3-inventory=Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size",
          "\"b\",\"new\",\"2\",\"true\",\"false\",\"7\"\n\"b\",\"new\",\"1\",\"false\",\"false\",\"6\"\n"
          "\"b\",\"gone\",\"2\",\"true\",\"true\",\"\"\n\"b\",\"gone\",\"1\",\"false\",\"false\",\"6\"\n"),
      "s3://b/new 7\n");
  EXPECT_EQ(read_as("s3-inventory=Bucket,Key", "b,/\n,/\n,x\n"), "s3://b/ dir\nx ?\n");
  EXPECT_EQ(read_as("s3-inventory=Key", "a\"\"b\n\"c\"\"d\"\n"), "a\"\"b ?\nc\"d ?\n");
  EXPECT_EQ(read_as("s3-inventory=Key,Size", "\"a\"\n"), "line 1: it has 1 fields, but there are 2 columns");
  EXPECT_EQ(read_as("s3-inventory=Key,Size", "\"a\",x\n"), "line 1: the size is no number");
  EXPECT_EQ(read_as("s3-inventory=Key", "\"a\n"), "line 1: it is no row of CSV");
  EXPECT_EQ(read_as("s3-inventory=Key", "\"a\"b\n"), "line 1: it is no row of CSV");
  for (const char* wrong : {"%", "%2", "%zz", "%-1", ""})
    EXPECT_TRUE(
        read_as("s3-inventory=Key", std::string("\"") + wrong + "\"\n").starts_with("line 1: the key"));
}

}  // namespace
}  // namespace checkpointfs::transfer
