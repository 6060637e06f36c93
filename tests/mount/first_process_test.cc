// SPDX-License-Identifier: Apache-2.0
// A mount whose process is PID 1, as in a container.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <iterator>
#include <sstream>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kServedSoon{15'000};

class FirstProcess : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    NEEDS_PROGRAM("unshare");
    if (run({"unshare", "--mount", "--pid", "--fork", "true"}).code != 0)
      GTEST_SKIP() << "no namespaces can be made here";
    source_.add_snapshot("job/chk-1", {source_.add("job/shared/file", "content")});
    stdfs::create_directory(mount_point_);
  }

  // `checkpointfs mount` with PID 1.
  std::vector<std::string> contained(const std::vector<std::string>& options = {}) const {
    std::vector<std::string> words = {"unshare", "--mount", "--pid", "--fork", "--mount-proc"};
    for (const std::string& word : checkpointfs_command({"mount", "--index", source_.outside("index.db")}))
      words.push_back(word);
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {source_.path(), mount_point_});
    return words;
  }
  static std::vector<pid_t> children_of(pid_t pid) {
    std::istringstream text(
        read_file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children"));
    return {std::istream_iterator<pid_t>(text), {}};
  }
  // The outer pid of the process that is PID 1 inside, once the mount answers; 0 if it never answers.
  pid_t first_of(const Process& process) const {
    pid_t first = 0;
    within(kServedSoon, [&] {
      const std::vector<pid_t> children = children_of(process.pid());
      if (children.empty()) return false;
      first = children.front();
      return stdfs::exists("/proc/" + std::to_string(first) + "/root" + mount_point_ + "/job");
    });
    return first;
  }

  const Handmade source_;
  const std::string mount_point_ = source_.outside("mnt");
};

TEST_F(FirstProcess, is_ended_with_0_by_every_stop_signal_and_has_unmounted) {
  for (const int signal : {SIGTERM, SIGINT}) {
    for (const std::vector<std::string>& options :
         std::vector<std::vector<std::string>>{{"-f"}, {}, {"-o", "drop_privileges"}}) {
      Process mount(contained(options));
      const pid_t first = first_of(mount);
      ASSERT_GT(first, 0);
      // Keeps what is mounted inside when the process has gone.
      const base::UniqueFd inside(::open(("/proc/" + std::to_string(first) + "/ns/mnt").c_str(), O_RDONLY));
      ::kill(first, signal);
      const RunResult result = mount.wait(kServedSoon);
      EXPECT_EQ(result.code, 0) << signal << ": " << result;
      const std::string place = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(inside.get());
      const RunResult left = run({"nsenter", "--mount=" + place, "stat", "-f", "-c", "%T", mount_point_});
      EXPECT_EQ(left.code, 0) << "a dead mount is left: " << left;
      EXPECT_EQ(left.out.find("fuse"), std::string::npos) << left;
    }
  }
}

TEST_F(FirstProcess, is_ended_by_a_signal_at_its_start) {
  for (int milliseconds : {0, 5, 20, 60}) {
    Process mount(contained({"-f"}));
    ASSERT_TRUE(within(kServedSoon, [&] { return !children_of(mount.pid()).empty(); }));
    const pid_t first = children_of(mount.pid()).front();
    const std::string program = "/proc/" + std::to_string(first) + "/comm";
    ASSERT_TRUE(within(kServedSoon, [&] { return read_file(program) == "checkpointfs\n"; }));
    std::this_thread::sleep_for(Milliseconds(milliseconds));
    // A signal that comes before main() is lost, as it is to every PID 1.
    EXPECT_TRUE(within(kServedSoon, [&] {
      ::kill(first, SIGTERM);
      return ends_within(mount.pid(), Milliseconds(100));
    }));
    const RunResult result = mount.wait(kServedSoon);
    EXPECT_TRUE(result.code == 0 || result.code == 128 + SIGTERM) << result;
  }
}

TEST_F(FirstProcess, reaps_orphans) {
  Process mount(contained({"-f"}));
  const pid_t first = first_of(mount);
  ASSERT_GT(first, 0);
  const std::string target = std::to_string(first);
  EXPECT_EQ(run({"nsenter", "--target", target, "--pid", "--mount", "sh", "-c",
                 "sh -c 'sleep 0.2 & sleep 0.2 &'; exit 0"})
                .code,
            0);
  EXPECT_TRUE(within(kServedSoon, [&] { return children_of(first).size() > 1; })) << "no orphan came";
  EXPECT_TRUE(within(kServedSoon, [&] { return children_of(first).size() == 1; })) << "zombies are left";
  ::kill(first, SIGTERM);
  EXPECT_EQ(mount.wait(kServedSoon).code, 0);
}

TEST_F(FirstProcess, passes_signals_on) {
  Process mount(contained({"-f", "--poll", "0"}));
  const pid_t first = first_of(mount);
  ASSERT_GT(first, 0);
  const std::string root = "/proc/" + std::to_string(first) + "/root" + mount_point_;
  for (const int signal : {SIGHUP, SIGUSR1}) {
    const std::string name = "job/chk-" + std::to_string(100 + signal);
    source_.add_snapshot(name, {source_.add("job/shared/next", "next")});
    EXPECT_FALSE(stdfs::exists(root + "/" + name));
    ::kill(first, signal);
    EXPECT_TRUE(within(kServedSoon, [&] { return stdfs::exists(root + "/" + name); })) << signal;
  }
  ::kill(first, SIGTERM);
  EXPECT_EQ(mount.wait(kServedSoon).code, 0);
}

TEST_F(FirstProcess, exits_with_the_code_of_what_went_wrong) {
  std::vector<std::string> words = contained();
  words[words.size() - 2] = source_.outside("nowhere");
  EXPECT_EQ(run(words).code, 3);
}

}  // namespace
}  // namespace checkpointfs::test
