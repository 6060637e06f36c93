// SPDX-License-Identifier: Apache-2.0
// Many readers of a mount, for a while, while its sources change as those of a running Flink do.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <random>
#include <thread>

#include "eventually.h"
#include "handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

using Clock = std::chrono::steady_clock;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kMeasured = false;  // the sanitizer keeps what is freed for a while
#else
constexpr bool kMeasured = true;
#endif

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

// What a state file of this name holds.
std::string bytes_of(const std::string& name) {
  const size_t seed = std::hash<std::string>()(name);
  return pattern(seed % 10 == 0 ? 300'000 + seed % 1000 : seed % 20'000, seed);
}

// A job that takes incremental checkpoints and subsumes old ones, in the order in which Flink deletes.
class Job {
 public:
  Job(const Handmade& source, std::string name) : source_(source), name_(std::move(name)) {}

  void checkpoint(std::mt19937& random) {
    for (auto i = 1 + random() % 3; i-- > 0;) {
      char file[37];
      std::snprintf(file, sizeof file, "%08x-%04x-4000-8000-%012x", static_cast<unsigned>(random()),
                    static_cast<unsigned>(number_ & 0xffff), ++files_);
      live_.emplace_back(file);
      source_.add(path("shared/" + live_.back()), bytes_of(live_.back()));
    }
    while (live_.size() > 12) live_.pop_front();
    std::vector<std::string> handles;
    for (const std::string& file : live_) handles.push_back(handle(file));
    const std::string directory = source_ / path("chk-" + std::to_string(++number_));
    stdfs::create_directories(directory);
    write_file(directory + "/.part", metadata_of(handles));
    stdfs::rename(directory + "/.part", directory + "/_metadata");
    retained_.push_back({directory, {live_.begin(), live_.end()}});
    if (retained_.size() > kRetained) subsume();
  }

 private:
  struct Checkpoint {
    std::string directory;
    std::set<std::string> files;
  };

  std::string path(const std::string& below) const { return name_ + "/" + below; }
  std::string handle(const std::string& file) const;
  void subsume() {
    const Checkpoint old = retained_.front();
    retained_.pop_front();
    for (const std::string& file : old.files) {
      const bool needed =
          std::ranges::any_of(retained_, [&](const Checkpoint& c) { return c.files.contains(file); });
      if (!needed) stdfs::remove(source_ / path("shared/" + file));
    }
    stdfs::remove(old.directory + "/_metadata");
    stdfs::remove(old.directory);
  }

  const Handmade& source_;
  const std::string name_;
  std::deque<std::string> live_;
  std::deque<Checkpoint> retained_;
  int number_ = 0;
  unsigned files_ = 0;
};

std::string Job::handle(const std::string& file) const {
  return test::file(source_.uri(path("shared/" + file)), static_cast<int64_t>(bytes_of(file).size()));
}

struct Counts {
  std::atomic<uint64_t> files = 0;
  std::atomic<uint64_t> bytes = 0;
  std::atomic<uint64_t> gone = 0;
  std::atomic<uint64_t> wrong = 0;
};

bool is_of_what_went(int error) {
  return error == ENOENT || error == EIO || error == ESTALE;
}

void read_one(const std::string& path, const std::string& name, Counts& counts) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    ++(is_of_what_went(errno) ? counts.gone : counts.wrong);
    return;
  }
  const std::string expected = bytes_of(name);
  std::string got(expected.size() + 1, '\0');
  size_t done = 0;
  for (;;) {
    const ssize_t n = ::read(fd.get(), got.data() + done, got.size() - done);
    if (n < 0) {
      ++(is_of_what_went(errno) ? counts.gone : counts.wrong);
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
      ++(is_of_what_went(e.code().value()) ? counts.gone : counts.wrong);
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
  std::vector<Job> jobs;
  for (int i = 0; i < kJobs; ++i) jobs.emplace_back(source, "job-" + std::to_string(i));
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
  uint64_t checkpoints = 0;
  while (Clock::now() < end) {
    jobs[random() % kJobs].checkpoint(random);
    ++checkpoints;
    std::this_thread::sleep_for(Milliseconds(50));
    if (resident == 0 && Clock::now() > warm) {
      resident = resident_of(mount.pid());
      descriptors = descriptors_of(mount.pid());
    }
  }
  const long resident_then = resident_of(mount.pid());
  const size_t descriptors_then = descriptors_of(mount.pid());
  stop = true;
  for (std::thread& reader : readers) reader.join();

  std::cout << GetParam() << ": " << size.readers << " readers, " << checkpoints << " checkpoints, "
            << counts.files << " files with " << (counts.bytes >> 20) << " MiB verified, " << counts.gone
            << " gone meanwhile; resident " << resident << " to " << resident_then << " kB, descriptors "
            << descriptors << " to " << descriptors_then << std::endl;
  EXPECT_EQ(counts.wrong, 0u) << read_file(mount.log());
  EXPECT_GT(counts.files, 100u);
  if (kMeasured) {
    EXPECT_LT(resident_then, resident + resident / 4 + 8192);
  }
  // Those that somebody just has open come and go.
  EXPECT_LT(descriptors_then, descriptors + static_cast<size_t>(size.readers) + 70);
  EXPECT_TRUE(within(3 * kShownSoon, [&] {
    return read_file(mount / ".checkpointfs/status").find("\"behind_seconds\":0E0") != std::string::npos;
  }));
}

INSTANTIATE_TEST_SUITE_P(Io, Soak, ::testing::Values("hybrid", "push", "plain"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace checkpointfs::test
