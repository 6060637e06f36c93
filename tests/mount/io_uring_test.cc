// SPDX-License-Identifier: Apache-2.0
// The mount answers over io_uring where nothing can keep its one thread of a processor waiting.
#include <sched.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/json.hpp>

#include "eventually.h"
#include "harness.h"
#include "holding.h"
#include "io_uring_switch.h"
#include "slow_store.h"
#include "tests/support/handmade.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kAnsweredSoon{5'000};
constexpr int kWaitingFiles = 40;  // more than one store may keep threads waiting
constexpr std::array<size_t, 3> kSizes = {1'000, 100'000, 400'000};

std::string io_uring_of(const Mount& mount) {
  return std::string(boost::json::parse(status_of(mount)).at("io").at("io_uring").as_string());
}

std::string bytes_of(int file) {
  return pattern(kSizes[static_cast<size_t>(file) % kSizes.size()] + static_cast<size_t>(file), file);
}

void fill(const Handmade& source) {
  std::vector<std::string> handles;
  for (int i = 0; i < kWaitingFiles; ++i)
    handles.push_back(source.add("job/shared/f" + std::to_string(i), bytes_of(i)));
  source.add_snapshot("job/chk-1", handles);
}

std::vector<size_t> processors() {
  cpu_set_t all;
  if (::sched_getaffinity(0, sizeof all, &all) != 0) return {};
  std::vector<size_t> found;
  for (size_t i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &all)) found.push_back(i);
  }
  return found;
}

// Runs a program on one processor: the thread of this processor answers it.
RunResult run_on(size_t processor, std::vector<std::string> command) {
  command.insert(command.begin(), {"taskset", "-c", std::to_string(processor)});
  return run(command, kAnsweredSoon);
}

class IoUring : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    if (!is_io_uring_wanted()) GTEST_SKIP() << "CHECKPOINTFS_TEST_IO_URING is not set";
    NEEDS_PROGRAM("taskset");
    fill(healthy_);
    fill(behind_);
  }

  // A source that hangs, and readers of it on each processor.
  void hang(const Mount& mount, const std::string& snapshot) {
    store_.hang();
    for (const size_t processor : processors()) {
      for (int i = 0; i < kWaitingFiles; ++i) {
        readers_.push_back(std::make_unique<Process>(
            std::vector<std::string>{"taskset", "-c", std::to_string(processor), "cat",
                                     mount / (snapshot + "/f" + std::to_string(i))}));
      }
    }
    ASSERT_TRUE(within(kAnsweredSoon, [&] {
      return read_file(mount / ".checkpointfs/status").find("\"hanging\":[{") != std::string::npos;
    }));
  }
  void expect_names(const Mount& mount) const {
    for (const size_t processor : processors()) {
      const RunResult listing = run_on(processor, {"ls", "-lR", mount.path()});
      EXPECT_EQ(listing.code, 0) << listing;
      EXPECT_NE(listing.out.find("f39"), std::string::npos) << listing;
    }
  }
  void expect_waiting_readers_to_succeed() {
    store_.answer();
    for (size_t i = 0; i < readers_.size(); ++i) {
      const RunResult result = readers_[i]->wait();
      EXPECT_TRUE(result.out == bytes_of(static_cast<int>(i % kWaitingFiles))) << i << ": " << result.code;
    }
  }
  std::vector<std::string> map_of_store() const {
    return {"--poll", "0", "--map", "file:" + behind_.path() + "=" + store_.path()};
  }

  const Handmade healthy_;
  const Handmade behind_;
  const SlowStore store_{behind_.path()};
  std::vector<std::unique_ptr<Process>> readers_;
};

TEST_F(IoUring, answers_with_the_right_bytes_on_each_processor) {
  for (const char* mode : {"hybrid", "push", "plain"}) {
    const Mount mount({{healthy_.path()}, {"-o", std::string("io=") + mode, "--poll", "0"}});
    EXPECT_EQ(io_uring_of(mount), "on") << mode;
    for (const size_t processor : processors()) {
      for (int i = 0; i < kWaitingFiles; ++i) {
        const RunResult read = run_on(processor, {"cat", mount / ("job/chk-1/f" + std::to_string(i))});
        EXPECT_TRUE(read.out == bytes_of(i))
            << mode << ", processor " << processor << ", file " << i << ": " << read.code;
      }
    }
  }
}

TEST_F(IoUring, answers_for_several_sources_of_one_disk) {
  const Handmade other;
  fill(other);
  const Mount mount({{healthy_.path(), "--source", "other=" + other.path()}, {"--poll", "0"}});
  EXPECT_EQ(io_uring_of(mount), "on");
  EXPECT_TRUE(read_file(mount / "other/job/chk-1/f2") == bytes_of(2));
}

TEST_F(IoUring, leaves_a_store_that_hangs_to_threads_and_names_are_answered) {
  const Mount mount({{store_.path()}, map_of_store()});
  EXPECT_EQ(io_uring_of(mount), "off, a store that hangs would keep names from being answered");
  hang(mount, "job/chk-1");
  expect_names(mount);
  expect_waiting_readers_to_succeed();
}

TEST_F(IoUring, keeps_nobody_from_other_stores_while_one_hangs) {
  std::vector<std::string> options = map_of_store();
  const Mount mount({{store_.path(), "--source", "healthy=" + healthy_.path()}, options});
  hang(mount, "store/job/chk-1");
  expect_names(mount);
  for (const size_t processor : processors()) {
    for (const int file : {0, 1, 2}) {
      const RunResult read =
          run_on(processor, {"cat", mount / ("healthy/job/chk-1/f" + std::to_string(file))});
      EXPECT_TRUE(read.out == bytes_of(file)) << processor << ", file " << file << ": " << read.code;
    }
  }
  expect_waiting_readers_to_succeed();
}

TEST_F(IoUring, is_left_alone_where_requests_may_take_long) {
  EXPECT_EQ(io_uring_of(Mount({{healthy_.path()}, {"-o", "release"}})),
            "off, removing a snapshot may take long");
  EXPECT_EQ(io_uring_of(Mount({{healthy_.path()}, {"-o", "state=keyed"}})),
            "off, reading keyed state may take long");
}

}  // namespace
}  // namespace checkpointfs::test
