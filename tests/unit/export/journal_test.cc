// SPDX-License-Identifier: Apache-2.0
#include "export/journal.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/text/message.h"
#include "base/unique_fd.h"
#include "export/known_files.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::exporting {
namespace {

FileRecord record(const std::string& name) {
  FileRecord file;
  file.name = name;
  file.size = 12;
  file.mtime_ns = -5;
  file.inode = 77;
  file.sums.crc32c = 0xdeadbeef;
  file.origin = {"/data/job/shared/" + name, 1'700'000'000'123'456'789, 100, "s3://bucket/" + name};
  return file;
}

class JournalFile : public testing::Test {
 protected:
  base::UniqueFd with(const std::string& text) {
    const std::string path = directory_.path() + "/journal";
    std::ofstream(path, std::ios::binary) << text;
    return base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  }

  static std::vector<FileRecord> files_of(int fd) {
    std::vector<FileRecord> files;
    JournalReader(fd).for_each([&](const FileRecord& file, uint64_t offset) {
      const auto again = JournalReader::at(fd, offset);
      EXPECT_TRUE(again && again->name == file.name);
      files.push_back(file);
      return true;
    });
    return files;
  }

  const JournalHeader header_{"job/chk-7", "job/shared", "jobs absolute=s3://a b", 123, 456};
  test::TempDirectory directory_;
};

TEST_F(JournalFile, gives_back_what_was_written_whatever_the_names_are) {
  const std::vector<std::string> names = {"plain", "tab\tand\nline feed", "100%", "%09", "\xff\x01", "ü ß"};
  std::string text = journal_line(header_);
  for (const std::string& name : names) text += journal_line(record(name));
  const base::UniqueFd fd = with(text);
  EXPECT_EQ(JournalReader(fd.get()).header(), header_);
  const std::vector<FileRecord> files = files_of(fd.get());
  ASSERT_EQ(files.size(), names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const FileRecord expected = record(names[i]);
    EXPECT_EQ(files[i].name, expected.name);
    EXPECT_EQ(files[i].size, expected.size);
    EXPECT_EQ(files[i].mtime_ns, expected.mtime_ns);
    EXPECT_EQ(files[i].inode, expected.inode);
    EXPECT_EQ(files[i].sums, expected.sums);
    EXPECT_EQ(files[i].origin, expected.origin);
  }
}

TEST_F(JournalFile, gives_back_what_is_unknown_and_the_uri_of_a_local_path) {
  FileRecord file = record("f");
  file.sums = {};
  file.origin.start = std::nullopt;
  file.origin.uri = "file:" + file.origin.path;
  const base::UniqueFd fd = with(journal_line(header_) + journal_line(file));
  const std::vector<FileRecord> files = files_of(fd.get());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.front().sums, file.sums);
  EXPECT_EQ(files.front().origin, file.origin);
}

TEST_F(JournalFile, ends_at_the_first_line_that_is_cut_or_damaged) {
  const std::string begin = journal_line(header_) + journal_line(record("one"));
  const std::string line = journal_line(record("two"));
  for (size_t length = 0; length < line.size(); ++length) {
    const base::UniqueFd fd = with(begin + line.substr(0, length));
    EXPECT_EQ(files_of(fd.get()).size(), 1U) << length;
  }
  for (size_t at = 0; at < line.size(); ++at) {
    std::string damaged = line;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    const base::UniqueFd fd = with(begin + damaged + journal_line(record("three")));
    const std::vector<FileRecord> files = files_of(fd.get());
    EXPECT_EQ(files.size(), 1U) << at << ": " << damaged;
  }
  EXPECT_FALSE(JournalReader(with("").get()).header());
  EXPECT_FALSE(JournalReader(with(std::string(100, '\0')).get()).header());
}

TEST_F(JournalFile, is_read_in_parts_without_losing_a_line) {
  constexpr int kLines = 20'000;
  std::string text = journal_line(header_);
  for (int i = 0; i < kLines; ++i) text += journal_line(record(base::format("file-{}", i)));
  const base::UniqueFd fd = with(text);
  int lines = 0;
  JournalReader(fd.get()).for_each([&](const FileRecord& file, uint64_t) {
    EXPECT_EQ(file.name, base::format("file-{}", lines));
    ++lines;
    return true;
  });
  EXPECT_EQ(lines, kLines);
}

TEST_F(JournalFile, of_known_files_is_found_by_what_the_file_was_made_from) {
  const FileRecord one = record("one");
  const FileRecord two = record("two");
  const std::string begin = journal_line(header_);
  base::UniqueFd fd = with(begin + journal_line(one) + journal_line(two));
  KnownFiles known;
  const uint32_t journal = known.add_journal({std::move(fd), "job/shared"});
  known.add(one.origin.key(one.size), journal, begin.size());
  known.add(two.origin.key(two.size), journal, begin.size() + journal_line(one).size());
  const auto found = known.find(two.origin, two.size);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->record.name, "two");
  EXPECT_EQ(found->journal->files_directory, "job/shared");
  Origin changed = two.origin;
  ++changed.mtime_ns;
  EXPECT_FALSE(known.find(changed, two.size));
  EXPECT_FALSE(known.find(two.origin, two.size + 1));
  // add() leaves the file that is known, set() replaces it.
  known.add(two.origin.key(two.size), journal, 1);
  EXPECT_TRUE(known.find(two.origin, two.size));
  known.set(two.origin.key(two.size), journal, begin.size());
  EXPECT_FALSE(known.find(two.origin, two.size)) << "the line is of another file";
}

}  // namespace
}  // namespace checkpointfs::exporting
