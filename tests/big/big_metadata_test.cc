// SPDX-License-Identifier: Apache-2.0
// A million handles in one snapshot: memory and correctness.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iostream>

#include "base/text/modified_utf8.h"
#include "flink/decode.h"
#include "fs/projection/projection.h"
#include "index/database/lock.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"
#include "tests/big/big_storage.h"
#include "tests/big/child.h"
#include "tests/support/files.h"

namespace checkpointfs::big {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kThousands = 30;
constexpr bool kMeasured = false;  // the sanitizer's own memory is greater
#else
constexpr int kThousands = 1000;
constexpr bool kMeasured = true;
#endif

constexpr uint64_t kProgram = 48 << 20;  // memory of a process with hardly anything to do

class BigMetadata : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    temporary_ = new test::TempDirectory;
    index_ = *temporary_ / "index";
    storage_ = write_big_storage(*temporary_ / "source", kThousands);
    scanned_ = peak_of_scan(storage_, index_);
  }
  static void TearDownTestSuite() {
    delete temporary_;
    temporary_ = nullptr;
  }

  static uint64_t peak_of_scan(const BigStorage& storage, const std::string& index) {
    return peak_memory_of([&] {
      const index::Options options{{storage.source}, {}, index};
      const index::IndexLock lock(index, "test");
      EXPECT_EQ(1u, index::scan(options, {}).snapshots);
    });
  }

  // Expects `peak`, less the memory of the program itself, to be at most `times` the size of the metadata.
  static void expect_at_most(double times, uint64_t peak, uint64_t metadata_size = storage_.metadata_size) {
    const double used = static_cast<double>(peak) / static_cast<double>(metadata_size);
    std::cout << (peak >> 20) << " MiB, " << used << " times the metadata of " << (metadata_size >> 20)
              << " MiB" << std::endl;
    if (!kMeasured) return;
    EXPECT_LE(peak, kProgram + static_cast<uint64_t>(times * static_cast<double>(metadata_size)));
  }

  static fs::Entry snapshot(fs::Projection& projection) {
    const fs::Entry job = projection.lookup(fs::kRootInode, kJob).value();
    return projection.lookup(job.inode, "chk-1").value();
  }

  static test::TempDirectory* temporary_;
  static BigStorage storage_;
  static std::string index_;
  static uint64_t scanned_;
};

test::TempDirectory* BigMetadata::temporary_ = nullptr;
BigStorage BigMetadata::storage_;
std::string BigMetadata::index_;
uint64_t BigMetadata::scanned_ = 0;

TEST_F(BigMetadata, is_decoded_in_little_more_memory_than_it_has_itself) {
  const uint64_t peak = peak_memory_of([] {
    const std::string bytes = test::read_file(storage_.source + "/" + kSnapshot + "/_metadata");
    const auto metadata = flink::decode(bytes);
    ASSERT_TRUE(metadata.has_value()) << base::to_string(metadata.error());
    EXPECT_EQ(storage_.handles, metadata->files.size());
  });
  expect_at_most(2, peak);
}

TEST_F(BigMetadata, is_scanned_in_a_few_times_its_size) {
  expect_at_most(4.5, scanned_);
}

TEST_F(BigMetadata, of_files_that_cannot_be_found_is_scanned_in_a_few_times_its_size) {
  const BigStorage unmapped = write_unmapped_storage(*temporary_ / "unmapped", kThousands / 4);
  expect_at_most(7, peak_of_scan(unmapped, *temporary_ / "unmapped-index"), unmapped.metadata_size);
}

TEST_F(BigMetadata, shows_each_file_once_under_a_name_of_its_own) {
  const uint64_t peak = peak_memory_of([] {
    fs::MountState state;
    fs::Projection projection(index_, {}, state);
    std::vector<uint64_t> names;
    uint64_t smileys = 0;
    uint64_t broken = 0;
    projection.list(snapshot(projection).inode, 0, [&](const fs::Entry& entry, uint64_t) {
      names.push_back(std::hash<std::string>()(entry.name));
      smileys += entry.name.starts_with("\xF0\x9F\x98\x80-");
      broken += entry.name.starts_with("file-");
      return true;
    });
    EXPECT_EQ(storage_.files + 3, names.size()) << "with . and .. and _metadata";
    EXPECT_EQ(100u, smileys);
    EXPECT_EQ(1u, broken) << "the name with a NUL";
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names.end(), std::adjacent_find(names.begin(), names.end()));
  });
  expect_at_most(0.5, peak);
}

TEST_F(BigMetadata, is_served_rewritten_in_a_few_times_its_size) {
  const uint64_t peak = peak_memory_of([] {
    fs::MountState state;
    fs::Projection projection(index_, {}, state);
    const fs::Entry entry = projection.lookup(snapshot(projection).inode, "_metadata").value();
    EXPECT_NE(nullptr, projection.open(entry.inode));
  });
  expect_at_most(4, peak);
}

TEST_F(BigMetadata, that_is_served_names_what_is_shown) {
  peak_memory_of([] {
    fs::MountState state;
    fs::Projection projection(index_, {}, state);
    const fs::Inode directory = snapshot(projection).inode;
    const fs::Entry entry = projection.lookup(directory, "_metadata").value();
    const auto file = projection.open(entry.inode);
    const auto metadata = flink::decode(*file->text());
    ASSERT_TRUE(metadata.has_value()) << base::to_string(metadata.error());
    ASSERT_EQ(storage_.handles, metadata->files.size());
    for (size_t i = 0; i < metadata->files.size(); i += 997) {
      const flink::FileHandle& handle = metadata->files[i];
      const auto name = base::utf8_from_modified(handle.path);
      ASSERT_TRUE(name);
      const auto shown = projection.lookup(directory, *name);
      ASSERT_TRUE(shown) << *name;
      EXPECT_EQ(static_cast<uint64_t>(handle.size), shown->attributes.size) << *name;
    }
  });
}

}  // namespace
}  // namespace checkpointfs::big
