// SPDX-License-Identifier: Apache-2.0
// The number of files that a mount has open, and the errors if there are too many.
#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

#include "base/unique_fd.h"
#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "limited.h"

namespace checkpointfs::test {
namespace {

constexpr int kFiles = 400;

class Descriptors : public MountTest {
 protected:
  Descriptors() {
    std::vector<std::string> handles;
    for (int i = 0; i < kFiles; ++i)
      handles.push_back(source_.add("job/shared/" + std::to_string(i), std::to_string(i)));
    source_.add_snapshot("job/chk-1", handles);
  }

  static size_t open_in(const Mount& mount) {
    return names_in("/proc/" + std::to_string(mount.pid()) + "/fd").size();
  }

  const Handmade source_;
  const TempDirectory scratch_;
};

// The kernel may delay the release of closed files as long as somebody opens others.
TEST_F(Descriptors, of_closed_files_are_closed_however_many_read) {
  constexpr size_t kReaders = 600;
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> opened = 0;
  std::vector<std::thread> readers;
  for (size_t i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      for (size_t file = i; !stop; ++file) {
        const std::string path = mount / ("job/chk-1/" + std::to_string(file % kFiles));
        if (base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC))) ++opened;
      }
    });
  }
  size_t most = 0;
  for (int i = 0; i < 60; ++i) {
    std::this_thread::sleep_for(Milliseconds(50));
    most = std::max(most, open_in(mount));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(opened, 10 * kReaders);
  EXPECT_LT(most, 2 * kReaders + 200);
}

TEST_F(Descriptors, run_out_for_those_who_open_too_much_and_for_nobody_else) {
  const Limited limited(scratch_ / "limited", 300);
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  std::vector<base::UniqueFd> files;
  int error = 0;
  while (error == 0 && files.size() < kFiles) {
    const std::string path = mount / ("job/chk-1/" + std::to_string(files.size()));
    base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) error = errno;
    files.push_back(std::move(file));
  }
  EXPECT_EQ(error, EMFILE);
  EXPECT_GT(files.size(), 150U);
  EXPECT_NE(read_file(mount.log()).find("LimitNOFILE"), std::string::npos) << read_file(mount.log());
  source_.add_snapshot("job/chk-2", {source_.add("job/shared/new", "new")});
  EXPECT_TRUE(within(kShownSoon, [&] { return stdfs::exists(mount / "job/chk-2/new"); }))
      << read_file(mount.log());
  EXPECT_NE(read_file(mount / ".checkpointfs/status").find("\"broken_snapshots\":0"), std::string::npos)
      << read_file(mount / ".checkpointfs/status");
  files.clear();
  EXPECT_TRUE(within(kShownSoon, [&] {
    return base::UniqueFd(::open((mount / "job/chk-2/new").c_str(), O_RDONLY | O_CLOEXEC)).get() >= 0;
  }));
}

TEST_F(Descriptors, are_as_many_as_the_process_may_have) {
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  const std::string limits = read_file("/proc/" + std::to_string(mount.pid()) + "/limits");
  const size_t at = limits.find("Max open files");
  ASSERT_NE(at, std::string::npos);
  unsigned long soft = 0;
  unsigned long hard = 0;
  ASSERT_EQ(std::sscanf(limits.c_str() + at, "Max open files %lu %lu", &soft, &hard), 2);
  EXPECT_EQ(soft, std::min(hard, 1UL << 20));
}

}  // namespace
}  // namespace checkpointfs::test
