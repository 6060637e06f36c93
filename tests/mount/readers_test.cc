// SPDX-License-Identifier: Apache-2.0
// Many readers at once, every byte compared.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr int kReaders = 64;
constexpr std::chrono::seconds kDuration{5};

struct File {
  std::string path;
  std::string bytes;
};

// Reads random ranges of random files until `end`; returns what was wrong first, or "".
std::string read_randomly(const std::vector<File>& files, unsigned seed,
                          std::chrono::steady_clock::time_point end, std::atomic<uint64_t>& reads) {
  std::mt19937 random(seed);
  std::string buffer(256 << 10, '\0');
  while (std::chrono::steady_clock::now() < end) {
    const File& file = files[random() % files.size()];
    const int flags = random() % 4 == 0 ? O_DIRECT : 0;  // not from the kernel's cache
    const base::UniqueFd fd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | flags));
    if (!fd) return file.path + ": open: errno " + std::to_string(errno);
    for (int i = 0; i < 4; ++i) {
      const size_t at = random() % (file.bytes.size() + 1);
      const size_t size = 1 + random() % buffer.size();
      const ssize_t n = ::pread(fd.get(), buffer.data(), size, static_cast<off_t>(at));
      if (n < 0) return file.path + ": read: errno " + std::to_string(errno);
      const std::string_view got(buffer.data(), static_cast<size_t>(n));
      if (got != std::string_view(file.bytes).substr(at, size)) {
        return file.path + ": wrong bytes at " + std::to_string(at) + ", " + std::to_string(n) + " of " +
               std::to_string(size);
      }
      ++reads;
    }
  }
  return "";
}

class Readers : public MountTest {
 protected:
  void expect_right_bytes(const std::vector<File>& files) {
    std::atomic<uint64_t> reads = 0;
    std::vector<std::string> wrong(kReaders);
    {
      const auto end = std::chrono::steady_clock::now() + kDuration;
      std::vector<std::jthread> readers;
      for (int i = 0; i < kReaders; ++i) {
        readers.emplace_back(
            [&, i] { wrong[i] = read_randomly(files, static_cast<unsigned>(i), end, reads); });
      }
    }
    std::erase(wrong, "");
    EXPECT_EQ(wrong, std::vector<std::string>{});
    EXPECT_GT(reads, 1000U);
  }
};

TEST_F(Readers, of_real_checkpoints_get_the_right_bytes_all_at_once) {
  const Storage storage(scenarios_called("file-merging").back());
  const Mount mount(storage.path());
  std::vector<File> files;
  for (const std::string& snapshot : storage.snapshot_paths()) {
    for (const auto& [name, bytes] : storage.expected_files(snapshot))
      files.push_back({mount / (snapshot + "/" + name), bytes});
    const std::string metadata = mount / (snapshot + "/_metadata");
    files.push_back({metadata, read_file(metadata)});
  }
  expect_right_bytes(files);
}

TEST_F(Readers, of_large_files_and_segments_get_the_right_bytes_all_at_once) {
  const Handmade source;
  const std::string merged = pattern(8 << 20, 11);
  source.add("shared/merged", merged);
  std::vector<std::string> handles;
  std::vector<File> files;
  for (int i = 0; i < 8; ++i) {
    const std::string name = "large-" + std::to_string(i);
    files.push_back(
        {"chk-1/" + name, pattern((1 << 20) + static_cast<size_t>(i) * 12'345, static_cast<uint64_t>(i))});
    handles.push_back(source.add("shared/" + name, files.back().bytes));
    const int64_t start = i * 1'000'003;
    handles.push_back(segment(source.uri("shared/merged"), start, 1'000'003));
    files.push_back({"chk-1/merged-" + std::to_string(start) + "-1000003",
                     merged.substr(static_cast<size_t>(start), 1'000'003)});
  }
  source.add_snapshot("chk-1", handles);
  const Mount mount(source.path());
  for (File& file : files) file.path = mount / file.path;
  expect_right_bytes(files);
}

TEST_F(Readers, and_walkers_at_once_see_one_tree) {
  const Storage storage(scenarios_called("chained").at(0));
  const Mount mount(storage.path());
  const RunResult once = run({"sh", "-c", "cd " + mount.path() + " && find . -printf '%i %n %s %T@ %p\\n'"});
  std::vector<std::string> seen(8);
  {
    std::vector<std::jthread> walkers;
    for (std::string& result : seen) {
      walkers.emplace_back([&] {
        result = run({"sh", "-c", "cd " + mount.path() + " && find . -printf '%i %n %s %T@ %p\\n'"}).out;
      });
    }
  }
  for (const std::string& result : seen) EXPECT_EQ(result, once.out);
}

}  // namespace
}  // namespace checkpointfs::test
