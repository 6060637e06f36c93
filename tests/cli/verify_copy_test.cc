// SPDX-License-Identifier: Apache-2.0
// verify --manifest. Each flaw here is one that an engine leaves behind with exit code 0.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "program.h"
#include "tests/support/files.h"
#include "transfer/manifest/crc32c.h"
#include "transfer/manifest/manifest_writer.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUri = "hdfs://dst/backup/chk-12";

class VerifyCopy : public testing::Test {
 protected:
  VerifyCopy() {
    for (const auto& [name, bytes] : files_) write_file(copy_ + "/" + name, bytes);
    write_manifest(Sums::kBoth);
  }

  enum class Sums { kNone, kOne, kBoth };
  void write_manifest(Sums sums) const {
    std::string text;
    transfer::ManifestWriter writer([&](std::string_view part) { text += part; }, {"job/chk-12", 12});
    bool first = true;
    for (const auto& [name, bytes] : files_) {
      transfer::ManifestEntry entry = {name, bytes.size(), "hdfs://src/" + name, {}, {}, {}};
      transfer::Sha256 sha256;
      sha256.update(bytes);
      if (sums == Sums::kBoth) entry.sha256 = sha256.sum();
      if (sums == Sums::kBoth || (sums == Sums::kOne && first)) entry.crc32c = crc32c(bytes);
      first = false;
      writer.add(entry);
    }
    writer.finish();
    write_file(manifest_, text);
  }
  static uint32_t crc32c(const std::string& bytes) {
    transfer::Crc32c sum;
    sum.update(bytes);
    return sum.value();
  }

  // The output of `hadoop fs -ls -R` for the copy.
  std::string hadoop_listing() const {
    std::string text;
    for (const auto& [path, st] : tree_of(copy_)) {
      const bool directory = S_ISDIR(st.st_mode);
      if (path.empty()) continue;
      text += std::string(directory ? "drwxr-xr-x   - " : "-rw-r--r--   3 ") + "root supergroup " +
              std::to_string(directory ? 0 : st.st_size) + " 2026-11-22 10:24 " + kUri + "/" + path + "\n";
    }
    return text;
  }
  // The output of `hadoop fs -checksum`.
  std::string hadoop_checksums() const {
    std::string text;
    for (const auto& [name, bytes] : contents_of(copy_))
      text += std::string(kUri) + "/" + name + "\tCOMPOSITE-CRC32C\t" + transfer::crc32c_text(crc32c(bytes)) +
              "\n";
    return text;
  }
  std::string listing_file(const std::string& text, const std::string& name = "listing") const {
    write_file(directory_ / name, text);
    return directory_ / name;
  }

  Output verify(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"verify", "--manifest", manifest_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }
  Output by_listing() const { return verify({"--listing", listing_file(hadoop_listing())}); }
  Output by_checksums() const {
    return verify({"--hdfs-checksums", listing_file(hadoop_checksums(), "sums")});
  }

  static void expect(const Output& output, int exit_code, const std::string& line) {
    EXPECT_EQ(output.exit_code, exit_code) << output.out << output.err;
    EXPECT_TRUE(contains(output.out + output.err, line)) << line << "\n in \n" << output.out << output.err;
  }

  TempDirectory directory_;
  Program program_{directory_ / "state"};
  const std::string copy_ = directory_ / "chk-12";
  const std::string manifest_ = directory_ / "chk-12.manifest.jsonl";
  const std::map<std::string, std::string> files_ = {{"_metadata", pattern(1880, 1)},
                                                     {"0a1b", pattern(300000, 2)},
                                                     {"empty", ""},
                                                     {"odd \xFF[\x01]{\\x41}", pattern(70, 3)}};
  const std::string odd_ = "odd \xFF[\x01]{\\x41}";
};

TEST_F(VerifyCopy, says_complete_with_all_content_when_all_was_compared) {
  expect(verify(), 0, "job/chk-12 in " + copy_ + ": complete: 4 files, 294.9 KiB, content of all compared\n");
  expect(verify({copy_ + "/"}), 0, ": complete: 4 files");
  EXPECT_EQ(program_.run({"verify", "--manifest", "chk-12.manifest.jsonl"}, directory_.path()).exit_code, 0);
  expect(by_checksums(), 0,
         std::string("job/chk-12 in ") + kUri + ": complete: 4 files, 294.9 KiB, content of all");
}

TEST_F(VerifyCopy, never_says_more_than_it_has_compared) {
  expect(verify({"--sizes-only"}), 0, ": complete by name and size only: 4 files, 294.9 KiB\n");
  expect(by_listing(), 0, ": complete by name and size only: 4 files, 294.9 KiB\n");
  write_manifest(Sums::kOne);
  expect(verify(), 0, ": complete by name and size: 4 files, 294.9 KiB, content of 1 compared\n");
  expect(
      by_checksums(), 1,
      ": not proven complete: 4 files are there by name; the sizes of 1 and the content of 1 were compared\n");
  expect(verify({"--hdfs-checksums", directory_ / "sums", "--listing", listing_file(hadoop_listing())}), 0,
         ": complete by name and size: 4 files, 294.9 KiB, content of 1 compared\n");
  write_manifest(Sums::kNone);
  expect(verify(), 0, ": complete by name and size only: 4 files, 294.9 KiB\n");
}

TEST_F(VerifyCopy, has_the_same_facts_as_json) {
  fs::remove(copy_ + "/empty");
  write_file(copy_ + "/more", "x");
  const boost::json::value json = verify({"--json"}).json();
  EXPECT_EQ(text(json, "snapshot"), "job/chk-12");
  EXPECT_EQ(number(json, "checkpoint_id"), 12U);
  EXPECT_EQ(text(json, "target"), copy_);
  EXPECT_FALSE(json.at("complete").as_bool());
  EXPECT_TRUE(json.at("proven").is_null());
  EXPECT_EQ(number(json, "files"), 4U);
  EXPECT_EQ(number(json, "sizes_compared"), 3U);
  EXPECT_EQ(number(json, "contents_compared"), 3U);
  EXPECT_EQ(number(json, "bytes_read"), 301950U);
  EXPECT_EQ(json.at("additional"), boost::json::array({"more"}));
  EXPECT_EQ(text(json.at("problems").at(0), "file"), "empty");
  EXPECT_EQ(text(json.at("problems").at(0), "kind"), "missing");
  fs::remove(copy_ + "/more");
  write_file(copy_ + "/empty", "");
  EXPECT_EQ(text(verify({"--json"}).json(), "proven"), "content");
  EXPECT_EQ(text(verify({"--json", "--sizes-only"}).json(), "proven"), "size");
}

// DistCp without -update skips a target of the wrong size.
TEST_F(VerifyCopy, finds_a_target_that_distcp_skipped_though_it_was_short) {
  write_file(copy_ + "/0a1b", pattern(100, 2));
  const std::string line = "0a1b: short: it has 100 bytes, but 300000 in the manifest\n";
  expect(verify(), 10, line);
  expect(verify({"--sizes-only"}), 10, line);
  expect(by_listing(), 10, line);
  expect(by_checksums(), 10, "0a1b: different: its CRC32C is ");
  expect(verify(), 10, ": not complete: 1 of 4 files is missing or wrong\n");
}

// DistCp copies a file that is still open for writing, as far as the NameNode knows it.
TEST_F(VerifyCopy, finds_an_open_file_of_hdfs_that_was_copied_short) {
  for (const auto& [name, bytes] : files_)
    if (!bytes.empty() && name != "_metadata") write_file(copy_ + "/" + name, bytes.substr(0, 40));
  expect(by_listing(), 10, "odd \\xff[\\x01]{\\x41}: short: it has 40 bytes, but 70 in the manifest\n");
  expect(verify(), 10, ": not complete: 2 of 4 files are missing or wrong\n");
}

// Wrong bytes of the right size stay on S3, with -update as well.
TEST_F(VerifyCopy, finds_wrong_bytes_of_the_right_size_where_content_is_compared) {
  std::string bytes = files_.at("0a1b");
  bytes[200000] ^= 1;
  write_file(copy_ + "/0a1b", bytes);
  expect(verify(), 10, "0a1b: different: its CRC32C is ");
  expect(by_checksums(), 10, "0a1b: different: its CRC32C is ");
  // Names and sizes cannot tell, and nothing else is said.
  expect(by_listing(), 0, ": complete by name and size only: ");
  expect(verify({"--sizes-only"}), 0, ": complete by name and size only: ");
}

// rclone copy and rclone check exit with 0 though names of the list are missing; DistCp copies nothing at all
// after one missing source or one odd name.
TEST_F(VerifyCopy, finds_missing_files_whatever_the_engine_said) {
  fs::remove(copy_ + "/_metadata");
  fs::remove(copy_ + "/" + odd_);
  for (const Output& output : {verify(), verify({"--sizes-only"}), by_listing(), by_checksums()}) {
    expect(output, 10, "_metadata: missing: ");
    expect(output, 10, "odd \\xff[\\x01]{\\x41}: missing: ");
    expect(output, 10, ": not complete: 2 of 4 files are missing or wrong\n");
  }
  for (const auto& entry : fs::directory_iterator(copy_)) fs::remove(entry);
  expect(verify(), 10, ": not complete: 4 of 4 files are missing or wrong\n");
  expect(verify({"--listing", listing_file("Found 0 items\n")}), 10, "4 of 4 files are missing");
  expect(verify({"--listing", listing_file("[\n]\n")}), 10, "4 of 4 files are missing");
  expect(by_listing(), 8, "line 1: the listing is empty: its program has perhaps failed\n");
}

TEST_F(VerifyCopy, finds_a_file_that_became_a_directory) {
  fs::remove(copy_ + "/0a1b");
  write_file(copy_ + "/0a1b/0a1b", files_.at("0a1b"));
  expect(verify(), 10, "0a1b: not a regular file: it is a directory or a special file\n");
  expect(verify({"--sizes-only"}), 10, "0a1b: not a regular file: ");
  expect(by_listing(), 10, "0a1b: not a regular file: it is a directory\n");
}

// DistCp makes of the target the one file that its list has, if the target was not there.
TEST_F(VerifyCopy, finds_a_target_that_became_the_file) {
  fs::remove_all(copy_);
  write_file(copy_, files_.at("_metadata"));
  expect(verify(), 10, copy_ + " is no directory. DistCp makes a file of that name from a list of one file");
  const std::string row = std::string("-rw-r--r--   3 root supergroup 1880 2026-11-22 10:24 ") + kUri + "\n";
  expect(verify({"--listing", listing_file(row), "--target", kUri}), 10,
         std::string(kUri) + " is a file, and no directory. DistCp makes one from a list of one file");
  expect(verify({"--listing", listing_file(row)}), 10, "4 of 4 files are missing");
}

// rclone copy keeps the tree of the source, where a checkpoint must be flat.
TEST_F(VerifyCopy, finds_a_copy_with_directories_where_it_should_be_flat) {
  fs::create_directories(copy_ + "/shared");
  fs::rename(copy_ + "/0a1b", copy_ + "/shared/0a1b");
  expect(verify(), 10, "0a1b: missing: ");
  expect(verify(), 10, "note: 1 name is there, but not in the manifest:\n  shared\n");
  expect(by_listing(), 10, "0a1b: missing: ");
}

TEST_F(VerifyCopy, follows_no_link) {
  fs::rename(copy_ + "/0a1b", directory_ / "elsewhere");
  fs::create_symlink(directory_ / "elsewhere", copy_ + "/0a1b");
  expect(verify(), 10, "0a1b: not a regular file: it is a symbolic link\n");
  expect(verify({"--sizes-only"}), 10, "0a1b: not a regular file: it is a symbolic link\n");
}

TEST_F(VerifyCopy, finds_a_file_that_cannot_be_read) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read every file";
  ::chmod((copy_ + "/0a1b").c_str(), 0);
  expect(verify(), 10, "0a1b: unreadable: it cannot be opened: Permission denied\n");
}

TEST_F(VerifyCopy, notes_files_that_nobody_asked_for) {
  write_file(copy_ + "/more\x1B[31m", "x");
  expect(verify(), 0, "note: 1 name is there, but not in the manifest:\n  more\\x1b[31m\njob/chk-12 in ");
  expect(by_listing(), 0, "  more\\x1b[31m\n");
}

TEST_F(VerifyCopy, before_the_metadata_is_put_says_so) {
  fs::remove(copy_ + "/_metadata");
  const std::string line = ": complete but for _metadata: 3 files, 293.0 KiB, content of all compared\n";
  expect(verify({"--without-metadata"}), 0, line);
  expect(verify({"--without-metadata", "--hdfs-checksums", listing_file(hadoop_checksums())}), 0, line);
  write_file(copy_ + "/_metadata", "wrong");
  expect(verify({"--without-metadata"}), 0, line);
  expect(verify(), 10, "_metadata: short: ");
}

TEST_F(VerifyCopy, looks_in_the_directory_of_the_listing_that_is_named) {
  const std::string other = std::string("-rw-r--r--   3 root supergroup 1880 2026-11-22 10:24 ") +
                            "hdfs://dst/backup/chk-11/_metadata\n";
  const std::string file = listing_file(hadoop_listing() + other);
  expect(verify({"--listing", file}), 10, "note: no file is in hdfs://dst/backup; if the copy is elsewhere");
  expect(verify({"--listing", file, "--target", std::string(kUri) + "/"}), 0,
         ": complete by name and size only");
  expect(verify({"--listing", file, "--target", "hdfs://dst/backup/chk-11"}), 10,
         ": not complete: 3 of 4 files are missing or wrong\n");
}

TEST_F(VerifyCopy, compares_no_sum_of_another_kind) {
  std::string sums;
  for (const auto& [name, bytes] : files_)
    sums += std::string(kUri) + "/" + name + "\tMD5-of-0MD5-of-512CRC32C\t0000020000000000\n";
  const Output output = verify({"--hdfs-checksums", listing_file(sums)});
  expect(output, 1,
         "note: sums by MD5-of-0MD5-of-512CRC32C cannot be compared; print them by: hadoop fs "
         "-Ddfs.checksum.combine.mode=COMPOSITE_CRC -checksum URI...\n");
  expect(output, 1,
         ": not proven complete: 4 files are there by name; the sizes of 0 and the content of 0 were");
}

TEST_F(VerifyCopy, reads_the_sums_of_rclone) {
  const auto row = [&](const std::string& name, const std::string& bytes) {
    transfer::Sha256 sum;
    sum.update(bytes);
    return "{\"Path\":\"" + name + "\",\"Name\":\"" + name + "\",\"Size\":" + std::to_string(bytes.size()) +
           ",\"IsDir\":false,\"Hashes\":{\"sha256\":\"" + transfer::sha256_text(sum.sum()) + "\"}}";
  };
  const auto listed = [&](const std::string& bytes) {
    return verify({"--listing", listing_file("[\n" + row("_metadata", files_.at("_metadata")) + ",\n" +
                                             row("0a1b", bytes) + "\n]\n")});
  };
  std::string wrong = files_.at("0a1b");
  wrong[0] ^= 1;
  expect(listed(wrong), 10, "0a1b: different: its SHA-256 is not the one in the manifest\n");
  expect(listed(files_.at("0a1b")), 10, ": not complete: 2 of 4 files are missing or wrong\n");
}

TEST_F(VerifyCopy, refuses_a_manifest_or_a_listing_that_is_damaged) {
  const std::string whole = read_file(manifest_);
  write_file(manifest_, whole.substr(0, whole.rfind("{\"files")));
  expect(verify(), 8, manifest_ + ": after line 5: the manifest was cut short");
  EXPECT_EQ(verify().out, "");
  const size_t line = whole.find("{\"name\":\"empty");
  const std::string twice = whole.substr(line, whole.find('\n', line) - line + 1);
  write_file(manifest_, whole.substr(0, line) + twice + whole.substr(line));
  expect(verify(), 8, manifest_ + ": line 5: the file empty stands above it, too");
  write_file(manifest_, "");
  expect(verify(), 8, manifest_ + ": line 1: the manifest is empty");
  fs::remove(manifest_);
  expect(verify(), 3, "there is no manifest " + manifest_);
  write_file(manifest_, whole);
  expect(verify({"--listing", listing_file(hadoop_listing() + "ls: oh\n")}), 8,
         "listing: line 5: it is no line of");
  expect(verify({"--listing", listing_file(hadoop_listing() + hadoop_listing())}), 8,
         "the listing has " + std::string(kUri) + "/0a1b twice");
}

TEST_F(VerifyCopy, refuses_options_that_make_no_sense_together) {
  const std::string file = listing_file(hadoop_listing());
  expect(verify({copy_, "--listing", file}), 2, "a directory and a listing exclude each other");
  expect(verify({"--sizes-only", "--listing", file}), 2, "--sizes-only and --listing exclude each other");
  expect(verify({"--listing", "-", "--hdfs-checksums", "-"}), 2, "cannot both be read from standard input");
  expect(verify({"--listing", file, "--listing-format", "ls"}), 2,
         "--listing-format ls: the forms are hadoop-ls,");
  expect(verify({"--listing-format", "s5cmd"}), 2, "--listing-format needs --listing");
  expect(verify({"--target", "x"}), 2, "--target needs --listing");
  expect(verify({"--deep"}), 2, "--manifest and --deep exclude each other");
  expect(verify({copy_, copy_}), 2, "DIR");
  expect(program_.run({"verify", "--sizes-only", copy_}), 2, "--sizes-only needs --manifest");
  fs::rename(manifest_, directory_ / "other.jsonl");
  expect(program_.run({"verify", "--manifest", directory_ / "other.jsonl"}), 2,
         "name it as well: verify --manifest");
  fs::remove_all(copy_);
  expect(program_.run({"verify", "--manifest", directory_ / "other.jsonl", copy_}), 3,
         "there is no directory " + copy_);
}

}  // namespace
}  // namespace checkpointfs::test
