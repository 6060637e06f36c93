// SPDX-License-Identifier: Apache-2.0
#include "transfer/file_transfer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "base/errors.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"
#include "transfer/copy_range.h"

namespace checkpointfs::transfer {
namespace {

constexpr Purpose kTest = {"nothing was tested", "may test it", "there is no help"};

// Calls that a file system may not know.
class PoorDisk : public storage::DiskOperations {
 public:
  int share_range(int, uint64_t, uint64_t, int) override { return EOPNOTSUPP; }
  int copy_range(int from, uint64_t start, uint64_t length, int to, uint64_t* copied) override {
    if (kernel_copies_ > 0) {
      storage::DiskOperations::copy_range(from, start, std::min(length, kernel_copies_), to, copied);
    } else {
      *copied = 0;
    }
    return *copied == length ? 0 : EXDEV;
  }
  int link(int file, int directory, const char* name) override {
    return links_ ? storage::DiskOperations::link(file, directory, name) : EXDEV;
  }
  uint64_t kernel_copies_ = 0;  // bytes
  bool links_ = true;
};

class Transfers : public testing::Test {
 protected:
  Transfers() {
    test::replace_file(storage_.path("job/shared/a"), bytes_);
    storage_.snapshot("job/chk-7", {test::file(storage_.uri("job/shared/a"), 1000),
                                    test::segment(storage_.uri("job/shared/a"), 100, 50)});
    storage_.scan();
    snapshot_ = storage_.snapshot_at("job/chk-7");
    storage_.reader().snapshots().files_of(
        snapshot_.id, [&](const std::string& name, const index::FileLocation& file) { files_[name] = file; });
    target_ = storage_.temporary.path() + "/target";
    test::make_directory(target_);
    directory_ = base::UniqueFd(::open(target_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  PlacedFile place(const std::string& name, Links links, Checksums checksums = Checksums::kCrc32c) {
    FileTransfer transfer(snapshot_, 0, kTest, disk_);
    transfer.open_root(files_.at(name).root);
    return transfer.place(transfer.open(files_.at(name)), files_.at(name), directory_.get(), name, links,
                          checksums);
  }

  std::string placed_bytes(const std::string& name) const {
    std::ifstream stream(target_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  static FileSums sums_of(std::string_view bytes) {
    Summing summing(Checksums::kCrc32cAndSha256);
    summing.update(bytes);
    return summing.sums();
  }

  const std::string bytes_ = [] {
    std::string text;
    for (int i = 0; text.size() < 1000; ++i) text += std::to_string(i) + ",";
    text.resize(1000);
    return text;
  }();
  const std::string segment_ = "a-100-50";
  test::IndexedStorage storage_;
  PoorDisk disk_;
  index::Snapshot snapshot_;
  std::map<std::string, index::FileLocation> files_;
  std::string target_;
  base::UniqueFd directory_;
};

TEST_F(Transfers, copy_with_the_sums_of_the_bytes) {
  const PlacedFile whole = place("a", Links::kNever, Checksums::kCrc32cAndSha256);
  EXPECT_EQ(placed_bytes("a"), bytes_);
  EXPECT_EQ(whole.placed.copied_bytes, 1000U);
  EXPECT_EQ(whole.sums, sums_of(bytes_));
  const PlacedFile part = place(segment_, Links::kWherePossible, Checksums::kCrc32cAndSha256);
  EXPECT_EQ(placed_bytes(segment_), bytes_.substr(100, 50));
  EXPECT_EQ(part.placed.copied_bytes, 50U);
  EXPECT_EQ(part.sums, sums_of(bytes_.substr(100, 50)));
}

TEST_F(Transfers, copy_in_the_kernel_as_far_as_that_goes) {
  for (const uint64_t bytes : {0, 1, 999, 1000}) {
    disk_.kernel_copies_ = bytes;
    const PlacedFile placed = place("a", Links::kNever, Checksums::kNone);
    EXPECT_EQ(placed_bytes("a"), bytes_) << bytes;
    EXPECT_FALSE(placed.sums.crc32c);
    std::filesystem::remove(target_ + "/a");
  }
}

TEST_F(Transfers, link_where_that_is_possible) {
  const PlacedFile linked = place("a", Links::kWherePossible);
  EXPECT_EQ(linked.placed.linked_bytes, 1000U);
  EXPECT_EQ(linked.sums.crc32c, sums_of(bytes_).crc32c);
  EXPECT_EQ(std::filesystem::hard_link_count(target_ + "/a"), 2U);
  std::filesystem::remove(target_ + "/a");
  disk_.links_ = false;
  EXPECT_EQ(place("a", Links::kWherePossible).placed.copied_bytes, 1000U);
  std::filesystem::remove(target_ + "/a");
  try {
    place("a", Links::kRequired);
    FAIL();
  } catch (const base::SystemError& e) {
    EXPECT_EQ(e.code(), EXDEV);
    EXPECT_NE(std::string(e.what()).find("nothing was tested. there is no help"), std::string::npos)
        << e.what();
  }
}

TEST_F(Transfers, refuse_a_file_that_is_not_what_was_indexed) {
  test::replace_file(storage_.path("job/shared/a"), std::string(999, 'x'));
  for (const std::string& name : {std::string("a"), segment_}) {
    try {
      place(name, Links::kNever);
      FAIL() << name;
    } catch (const base::Failure& e) {
      EXPECT_EQ(e.kind(), base::FailureKind::kBroken);
      EXPECT_NE(std::string(e.what()).find("999"), std::string::npos) << e.what();
    }
  }
  // A file that grew has its segments.
  test::replace_file(storage_.path("job/shared/a"), bytes_ + "more");
  EXPECT_EQ(place(segment_, Links::kNever).placed.copied_bytes, 50U);
  std::filesystem::remove(storage_.path("job/shared/a"));
  try {
    place("a", Links::kNever);
    FAIL();
  } catch (const base::Failure& e) {
    EXPECT_EQ(e.kind(), base::FailureKind::kSource);
    EXPECT_NE(std::string(e.what()).find("job/chk-7"), std::string::npos) << e.what();
  }
}

TEST_F(Transfers, notice_a_change_during_the_copy) {
  FileTransfer transfer(snapshot_, 0, kTest, disk_);
  transfer.open_root(files_.at("a").root);
  const OpenedFile opened = transfer.open(files_.at("a"));
  const auto change = [&](uint64_t) {
    const base::UniqueFd fd(::open(storage_.path("job/shared/a").c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_EQ(::pwrite(fd.get(), "!", 1, 0), 1);
    const struct timespec times[2] = {{1, 0}, {1, 0}};
    ::futimens(fd.get(), times);
  };
  EXPECT_THROW(transfer.place(opened, files_.at("a"), directory_.get(), "a", Links::kNever,
                              Checksums::kCrc32c, change),
               base::Failure);
}

}  // namespace
}  // namespace checkpointfs::transfer
