// SPDX-License-Identifier: Apache-2.0
// CopiesOfJob of a job that takes and subsumes checkpoints all the time, out of a mount with -o pin-on-open.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include "eventually.h"
#include "harness.h"
#include "holding.h"
#include "self_contained.h"
#include "simulated_job.h"

namespace checkpointfs::test {
namespace {

using Clock = std::chrono::steady_clock;

// CHECKPOINTFS_SOAK="SECONDS ...", as of the soak.
int loop_seconds() {
  const char* const text = std::getenv("CHECKPOINTFS_SOAK");
  return text == nullptr ? 5 : std::atoi(text);
}

struct CopiesOfJob {
  int whole = 0;
  int refused = 0;  // gone before it was opened
  int failed = 0;   // after it was opened
  int wrong = 0;
  std::string said;
};

std::string newest_in(const std::string& job) {
  std::string newest;
  int number = 0;
  for (const std::string& name : names_in(job)) {
    if (const int n = std::stoi(name.substr(4)); n > number) {
      number = n;
      newest = job + "/" + name;
    }
  }
  return newest;
}

bool has_right_bytes(const std::string& copied) {
  if (!not_self_contained(copied).empty()) return false;
  const auto files = contents_of(copied);
  return std::ranges::all_of(files, [](const auto& file) {
    return file.first == "_metadata" || file.second == bytes_of_state_file(file.first);
  });
}

// CopiesOfJob the newest snapshot again and again. `entered_first`: a snapshot whose directory was opened
// must be copied.
void copy_on(const Mount& mount, const std::string& to, bool entered_first, const std::atomic<bool>& stop,
             CopiesOfJob& copies) {
  std::mt19937 random(7);
  for (int i = 0; !stop; ++i) {
    const std::string copied = to + "/" + std::to_string(i);
    try {
      const std::string newest = newest_in(mount / "job");
      if (newest.empty()) continue;
      Directory directory;
      if (entered_first) {
        directory = open_directory(newest);
        std::this_thread::sleep_for(Milliseconds(random() % 200));  // until it is deleted, mostly
      }
      const RunResult result = copy(newest, copied);
      if (result.code != 0) {
        // `cp` makes the directory before it opens the original.
        const bool is_begun = stdfs::exists(copied) && !stdfs::is_empty(copied);
        const bool has_failed = entered_first || is_begun;
        ++(has_failed ? copies.failed : copies.refused);
        if (has_failed) copies.said += result.err;
      } else {
        ++(has_right_bytes(copied) ? copies.whole : copies.wrong);
      }
    } catch (const std::system_error&) {
      ++copies.refused;
    }
    stdfs::remove_all(copied);
  }
}

class PinOnOpenOfARunningJob : public MountTest {};

TEST_F(PinOnOpenOfARunningJob, copies_are_complete) {
  const TempDirectory target;
  const Handmade source;
  SimulatedJob job(source, "job", 1);
  std::mt19937 random(3);
  job.checkpoint(random);
  const Mount mount({{source.path()}, {"-o", "pin-on-open=1"}});
  std::atomic<bool> stop = false;
  CopiesOfJob held;
  CopiesOfJob plain;
  stdfs::create_directories(target / "held");
  stdfs::create_directories(target / "plain");
  std::thread holding([&] { copy_on(mount, target / "held", true, stop, held); });
  std::thread copying([&] { copy_on(mount, target / "plain", false, stop, plain); });
  const auto end = Clock::now() + std::chrono::seconds(loop_seconds());
  while (Clock::now() < end) {
    job.checkpoint(random);
    std::this_thread::sleep_for(Milliseconds(200));
  }
  stop = true;
  holding.join();
  copying.join();
  for (const auto& [name, copies] : {std::pair("opened before", held), std::pair("cp alone", plain)}) {
    std::cout << name << ": " << copies.whole << " copies, " << copies.refused << " gone before, "
              << copies.failed << " failed, " << copies.wrong << " wrong" << std::endl;
  }
  std::cout << job.checkpoints() << " checkpoints" << std::endl;
  EXPECT_EQ(held.failed, 0) << held.said;
  EXPECT_EQ(plain.failed, 0) << plain.said;
  EXPECT_EQ(held.wrong, 0);
  EXPECT_EQ(plain.wrong, 0);
  EXPECT_GT(held.whole, 3);
  EXPECT_GT(plain.whole, 3);
  EXPECT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
}

}  // namespace
}  // namespace checkpointfs::test
