// SPDX-License-Identifier: Apache-2.0
// Many readers of a mount, for a while, while its sources change as those of a running Flink do.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <random>
#include <system_error>
#include <thread>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "simulated_job.h"

namespace checkpointfs::test {
namespace {

using Clock = std::chrono::steady_clock;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kMemoryIsMeasured = false;  // the sanitizer keeps what is freed for a while
#else
constexpr bool kMemoryIsMeasured = true;
#endif

// Twice the size from which on a mount shortens it.
constexpr uintmax_t kLongestLog = 8 << 20;
constexpr int kJobs = 4;
constexpr size_t kRetained = 3;

// CHECKPOINTFS_SOAK="SECONDS READERS"
struct Size {
  int seconds = 30;
  int readers = 64;
};

Size wanted() {
  Size size;
  if (const char* const text = std::getenv("CHECKPOINTFS_SOAK"); text != nullptr)
    std::sscanf(text, "%d %d", &size.seconds, &size.readers);
  return size;
}

struct Counts {
  std::atomic<uint64_t> files = 0;
  std::atomic<uint64_t> bytes = 0;
  std::atomic<uint64_t> gone = 0;
  std::atomic<uint64_t> wrong = 0;
  std::atomic<uint64_t> failed = 0;
  std::atomic<int> last_failure = 0;  // errno

  void note(int error) {
    if (error == ENOENT || error == EIO || error == ESTALE) {
      ++gone;
    } else {
      ++failed;
      last_failure = error;
    }
  }
};

void read_one(const std::string& path, const std::string& name, Counts& counts) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    counts.note(errno);
    return;
  }
  const std::string expected = bytes_of_state_file(name);
  std::string got(expected.size() + 1, '\0');
  size_t done = 0;
  for (;;) {
    const ssize_t n = ::read(fd.get(), got.data() + done, got.size() - done);
    if (n < 0) {
      counts.note(errno);
      return;
    }
    if (n == 0) break;
    done += static_cast<size_t>(n);
    if (done == got.size()) break;
  }
  got.resize(done);
  if (got != expected) {
    ++counts.wrong;
    return;
  }
  ++counts.files;
  counts.bytes += done;
}

void read_on(const Mount& mount, unsigned seed, const std::atomic<bool>& stop, Counts& counts) {
  std::mt19937 random(seed);
  while (!stop) {
    try {
      const std::string job = mount / ("job-" + std::to_string(random() % kJobs));
      const std::vector<std::string> snapshots = names_in(job);
      if (snapshots.empty()) continue;
      const std::string snapshot = job + "/" + snapshots[random() % snapshots.size()];
      for (const std::string& name : names_in(snapshot)) {
        if (name != "_metadata") read_one(snapshot + "/" + name, name, counts);
      }
    } catch (const std::system_error& e) {
      counts.note(e.code().value());
    }
  }
}

size_t descriptors_of(pid_t pid) {
  return names_in("/proc/" + std::to_string(pid) + "/fd").size();
}

// Kilobytes.
long resident_of(pid_t pid) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
  return std::atol(status.c_str() + status.find("VmRSS:") + 6);
}

class Soak : public MountTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(Soak, readers_get_the_right_bytes_or_an_error_and_the_mount_stays_small) {
  const Size size = wanted();
  const Handmade source;
  std::mt19937 random(5);
  std::vector<SimulatedJob> jobs;
  for (int i = 0; i < kJobs; ++i) jobs.emplace_back(source, "job-" + std::to_string(i), kRetained);
  for (int i = 0; i < 20; ++i) jobs[static_cast<size_t>(i % kJobs)].checkpoint(random);
  const Mount mount({{source.path()}, {"-o", std::string("io=") + GetParam()}});

  std::atomic<bool> stop = false;
  Counts counts;
  std::vector<std::thread> readers;
  for (int i = 0; i < size.readers; ++i)
    readers.emplace_back([&, i] { read_on(mount, static_cast<unsigned>(i), stop, counts); });

  const auto begin = Clock::now();
  const auto end = begin + std::chrono::seconds(size.seconds) / 3;  // three modes share the time
  const auto warm = begin + (end - begin) / 3;
  long resident = 0;
  size_t descriptors = 0;
  size_t most_descriptors = 0;
  uint64_t checkpoints = 0;
  while (Clock::now() < end) {
    jobs[random() % kJobs].checkpoint(random);
    ++checkpoints;
    std::this_thread::sleep_for(Milliseconds(50));
    most_descriptors = std::max(most_descriptors, descriptors_of(mount.pid()));
    if (resident == 0 && Clock::now() > warm) {
      resident = resident_of(mount.pid());
      descriptors = descriptors_of(mount.pid());
    }
  }
  const long resident_then = resident_of(mount.pid());
  const size_t descriptors_then = descriptors_of(mount.pid());
  const uintmax_t log_of_index = stdfs::file_size(mount.index() + "-wal");
  stop = true;
  for (std::thread& reader : readers) reader.join();

  std::cout << GetParam() << ": " << size.readers << " readers, " << checkpoints << " checkpoints, "
            << counts.files << " files with " << (counts.bytes >> 20) << " MiB verified, " << counts.gone
            << " gone meanwhile; resident " << resident << " to " << resident_then << " kB, descriptors "
            << descriptors << " to " << descriptors_then << ", at most " << most_descriptors
            << "; log of the index " << (log_of_index >> 10) << " KiB" << std::endl;
  EXPECT_EQ(counts.wrong, 0u);
  EXPECT_EQ(counts.failed, 0u) << std::generic_category().message(counts.last_failure);
  EXPECT_GT(counts.files, 100u);
  EXPECT_LT(log_of_index, kLongestLog);
  if (kMemoryIsMeasured) {
    EXPECT_LT(resident_then, resident + resident / 4 + 8192);
  }
  // Descriptors of files that readers have open come and go.
  EXPECT_LT(most_descriptors, 2 * static_cast<size_t>(size.readers) + 200);
  EXPECT_TRUE(within(3 * kShownSoon, [&] {
    return read_file(mount / ".checkpointfs/status").find("\"behind_seconds\":0E0") != std::string::npos;
  }));
}

INSTANTIATE_TEST_SUITE_P(Io, Soak, ::testing::Values("hybrid", "push", "plain"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace checkpointfs::test
