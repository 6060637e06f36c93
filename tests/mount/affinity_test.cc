// SPDX-License-Identifier: Apache-2.0
// The mount answers on the processor of a reader that asks quickly, and delays nobody by that.
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <thread>

#include <boost/json.hpp>

#include "base/unique_fd.h"
#include "eventually.h"
#include "harness.h"
#include "holding.h"
#include "io_uring_switch.h"
#include "slow_store.h"
#include "tests/support/handmade.h"

namespace checkpointfs::test {
namespace {

constexpr size_t kQuickFiles = 64;
constexpr Milliseconds kChosenSoon{20'000};

std::string affinity_of(const Mount& mount) {
  return std::string(boost::json::parse(status_of(mount)).at("io").at("affinity").as_string());
}

// The distinct lists of processors that the threads of a process may use.
std::set<std::string> processors_of_threads(pid_t process) {
  std::set<std::string> lists;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    std::ifstream file(task.path() / "status");
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("Cpus_allowed_list:")) lists.insert(line);
    }
  }
  return lists;
}

// Opens and closes a file over and over: two requests each time, with io=hybrid.
class QuickReader {
 public:
  explicit QuickReader(const std::string& file)
      : thread_([this, file](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const base::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
            if (!fd) ++failures_;
          }
        }) {}
  // Stays on one processor from now on.
  void stay_on(size_t processor) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    ASSERT_EQ(::pthread_setaffinity_np(thread_.native_handle(), sizeof one, &one), 0);
  }
  int failures() const { return failures_; }

 private:
  std::atomic<int> failures_ = 0;
  std::jthread thread_;
};

class Affinity : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    if (is_io_uring_wanted()) GTEST_SKIP() << "io_uring itself chooses the processor";
    cpu_set_t all;
    ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
    for (size_t i = 0; i < CPU_SETSIZE; ++i) {
      if (CPU_ISSET(i, &all)) processors_.push_back(i);
    }
    if (processors_.size() < 2) GTEST_SKIP() << "two processors are needed";
    std::vector<std::string> handles;
    for (size_t i = 0; i < kQuickFiles; ++i) {
      bytes_.push_back(pattern(1 + i * 997 % 20'000, i));
      handles.push_back(source_.add("shared/f" + std::to_string(i), bytes_.back()));
    }
    source_.add_snapshot("chk-1", handles);
  }

  static MountSpec spec(const std::vector<std::string>& sources, const std::string& options) {
    return {sources, {"-o", options, "--poll", "0"}};
  }
  static bool is_chosen(const Mount& mount, size_t processor) {
    return within(kChosenSoon,
                  [&] { return affinity_of(mount) == "on, processor " + std::to_string(processor); });
  }

  void expect_right_bytes(const Mount& mount) const {
    for (size_t i = 0; i < kQuickFiles; ++i)
      ASSERT_EQ(read_file(mount / ("chk-1/f" + std::to_string(i))), bytes_[i]) << i;
  }

  const Handmade source_;
  std::vector<std::string> bytes_;
  std::vector<size_t> processors_;
};

TEST_F(Affinity, follows_a_quick_reader_and_ends_with_it) {
  const Mount mount(spec({source_.path()}, "io=hybrid,affinity=auto"));
  const std::set<std::string> before = processors_of_threads(mount.pid());
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(affinity_of(mount), "on, all processors");
  {
    QuickReader reader(mount / "chk-1/f1");
    for (const size_t processor : {processors_[0], processors_[1], processors_[0]}) {
      reader.stay_on(processor);
      EXPECT_TRUE(is_chosen(mount, processor)) << status_of(mount);
      expect_right_bytes(mount);
    }
    EXPECT_EQ(reader.failures(), 0);
  }
  EXPECT_TRUE(within(kChosenSoon, [&] { return affinity_of(mount) == "on, all processors"; }));
  EXPECT_TRUE(within(kChosenSoon, [&] { return processors_of_threads(mount.pid()) == before; }));
}

TEST_F(Affinity, off_leaves_all_threads_alone) {
  const Mount mount(spec({source_.path()}, "io=hybrid"));
  EXPECT_EQ(affinity_of(mount), "off, not asked for");
  QuickReader reader(mount / "chk-1/f1");
  reader.stay_on(processors_[0]);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(processors_of_threads(mount.pid()).size(), 1U);
    std::this_thread::sleep_for(Milliseconds(10));
  }
}

TEST_F(Affinity, leaves_the_bytes_as_they_are_for_many_readers) {
  for (const char* mode : {"hybrid", "push", "plain"}) {
    const Mount mount(spec({source_.path()}, std::string("affinity=auto,io=") + mode));
    QuickReader quick(mount / "chk-1/f1");
    std::vector<std::jthread> readers;
    for (int i = 0; i < 64; ++i) readers.emplace_back([&] { expect_right_bytes(mount); });
    readers.clear();
    EXPECT_EQ(quick.failures(), 0) << mode;
  }
}

TEST_F(Affinity, delays_nobody_while_a_store_hangs) {
  const Handmade behind;
  std::vector<std::string> handles;
  for (int i = 0; i < 20; ++i)
    handles.push_back(behind.add("job/shared/g" + std::to_string(i), pattern(5'000, i)));
  behind.add_snapshot("job/chk-1", handles);
  const SlowStore store(behind.path());
  const Mount mount({{store.path(), "--source", "healthy=" + source_.path()},
                     {"-o", "io=hybrid,affinity=auto", "--poll", "0", "--map",
                      "file:" + behind.path() + "=" + store.path()}});
  QuickReader quick(mount / "healthy/chk-1/f1");
  quick.stay_on(processors_[0]);
  EXPECT_TRUE(is_chosen(mount, processors_[0])) << status_of(mount);
  store.hang();
  std::vector<std::unique_ptr<Process>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(std::make_unique<Process>(
        std::vector<std::string>{"cat", mount / ("store/job/chk-1/g" + std::to_string(i))}));
  }
  for (int i = 0; i < 5; ++i) {
    const RunResult listing = run({"ls", "-lR", mount.path()}, Milliseconds(5'000));
    EXPECT_EQ(listing.code, 0) << listing;
    EXPECT_EQ(read_file(mount / "healthy/chk-1/f2"), bytes_[2]);
  }
  EXPECT_EQ(quick.failures(), 0);
  store.answer();
  for (const auto& reader : waiting) EXPECT_EQ(reader->wait(Milliseconds(20'000)).code, 0);
}

}  // namespace
}  // namespace checkpointfs::test
