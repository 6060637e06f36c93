// SPDX-License-Identifier: Apache-2.0
// Start and end of a mount.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "fs/mount/mount_table.h"
#include "fs/mount/serving_process.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kEndedSoon{10'000};

class Lifecycle : public MountTest {
 protected:
  Lifecycle() {
    source_.add_snapshot("job/chk-1", {source_.add("job/shared/file", "content")});
    stdfs::create_directory(mount_point_);
  }
  ~Lifecycle() override { detach(mount_point_); }

  MountSpec spec() const { return {{source_.path()}, {}, index_, mount_point_}; }
  std::vector<std::string> in_foreground() const {
    return checkpointfs_command({"mount", "-f", "--index", index_, source_.path(), mount_point_});
  }
  bool is_mounted() const { return mount_type_at(mount_point_) == "fuse.checkpointfs"; }
  bool is_mounted_within(Milliseconds limit) const {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      struct stat st = {};
      if (::lstat((mount_point_ + "/job/chk-1").c_str(), &st) == 0) return true;
      std::this_thread::sleep_for(Milliseconds(5));
    }
    return false;
  }
  void expect_nothing_left() const {
    EXPECT_EQ(mount_type_at(mount_point_), "");
    EXPECT_EQ(daemons_left(), std::vector<pid_t>{});
  }

  const Handmade source_;
  const std::string mount_point_ = source_.outside("mnt");
  const std::string index_ = source_.outside("index.db");
};

TEST_F(Lifecycle, mount_returns_when_the_mount_answers_and_says_two_lines) {
  Mount mount(spec());
  EXPECT_EQ(std::count(mount.said().out.begin(), mount.said().out.end(), '\n'), 2) << mount.said();
  EXPECT_NE(mount.said().out.find("1 snapshot"), std::string::npos) << mount.said();
  EXPECT_EQ(mount.said().err, "");
  EXPECT_EQ(read_file(mount / "job/chk-1/file"), "content");
  mount.unmount();
  expect_nothing_left();
}

TEST_F(Lifecycle, background_mount_lets_go_of_the_terminal_and_the_directory_it_was_started_in) {
  // $(...) waits until nobody has the pipe open any more.
  const RunResult result =
      run({"sh", "-ec", "x=$(\"$@\" 2>&1); echo said: $x", "sh", checkpointfs_command({})[0], "mount",
           "--index", index_, source_.path(), mount_point_},
          kEndedSoon);
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_NE(result.out.find("said: "), std::string::npos) << result;
  const std::string process = "/proc/" + std::to_string(pid_of_mount(mount_point_));
  EXPECT_EQ(stdfs::read_symlink(process + "/cwd"), "/");
  EXPECT_EQ(checkpointfs({"umount", mount_point_}).code, 0);
  expect_nothing_left();
}

TEST_F(Lifecycle, umount_returns_when_the_next_mount_can_have_the_index) {
  for (int i = 0; i < 10; ++i) {
    Mount mount(spec());
    mount.unmount();
  }
  expect_nothing_left();
}

TEST_F(Lifecycle, process_of_a_mount_is_known_by_its_connection) {
  const Mount mount(spec());
  const auto entry = fs::mount_at(mount_point_);
  ASSERT_TRUE(entry);
  EXPECT_TRUE(fs::serves(mount.pid(), entry->device, mount_point_));
  EXPECT_FALSE(fs::serves(::getpid(), entry->device, mount_point_));
  EXPECT_FALSE(fs::serves(mount.pid(), "0:1", "/elsewhere"));
}

TEST_F(Lifecycle, every_stop_signal_unmounts_a_background_mount) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Mount mount(spec());
    mount.expect_gone();
    ASSERT_EQ(::kill(mount.pid(), signal), 0);
    EXPECT_TRUE(ends_within(mount.pid(), kEndedSoon)) << signal;
    EXPECT_FALSE(is_mounted()) << signal;
    expect_nothing_left();
  }
}

TEST_F(Lifecycle, every_stop_signal_unmounts_a_foreground_mount_which_exits_with_0) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Process mount(in_foreground());
    ASSERT_TRUE(is_mounted_within(kEndedSoon));
    mount.signal(signal);
    const RunResult result = mount.wait(kEndedSoon);
    EXPECT_EQ(result.code, 0) << signal << ": " << result;
    expect_nothing_left();
  }
}

TEST_F(Lifecycle, service_manager_is_told_when_the_mount_answers_and_when_it_stops) {
  const base::UniqueFd manager(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = source_.outside("notify");
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(manager.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto told = [&] {
    char text[64];
    const ssize_t n = ::recv(manager.get(), text, sizeof text, 0);
    return std::string(text, n > 0 ? static_cast<size_t>(n) : 0);
  };
  const timeval limit = {10, 0};
  ::setsockopt(manager.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::vector<std::string> command = in_foreground();
  command.insert(command.begin(), {"env", "NOTIFY_SOCKET=" + path});
  Process mount(command);
  EXPECT_EQ(told(), "READY=1");
  EXPECT_TRUE(is_mounted());
  mount.signal(SIGTERM);
  EXPECT_EQ(told(), "STOPPING=1");
  EXPECT_EQ(mount.wait(kEndedSoon).code, 0);
}

TEST_F(Lifecycle, stop_signal_ends_a_mount_that_somebody_uses) {
  Mount mount(spec());
  const base::UniqueFd open(::open((mount / "job/chk-1/file").c_str(), O_RDONLY | O_CLOEXEC));
  mount.expect_gone();
  ::kill(mount.pid(), SIGTERM);
  EXPECT_TRUE(ends_within(mount.pid(), kEndedSoon));
  expect_nothing_left();
}

TEST_F(Lifecycle, foreground_mount_exits_with_0_when_somebody_unmounts_it) {
  Process mount(in_foreground());
  ASSERT_TRUE(is_mounted_within(kEndedSoon));
  EXPECT_EQ(checkpointfs({"umount", mount_point_}).code, 0);
  EXPECT_EQ(mount.wait(kEndedSoon).code, 0);
  expect_nothing_left();
}

TEST_F(Lifecycle, umount_of_a_busy_mount_fails_and_lazy_detaches_it) {
  Mount mount(spec());
  const std::string file = mount / "job/chk-1/file";
  base::UniqueFd open(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  const RunResult busy = checkpointfs({"umount", mount_point_}, kEndedSoon);
  EXPECT_EQ(busy.code, 7) << busy;
  EXPECT_NE(busy.err.find("fuser"), std::string::npos) << busy;
  EXPECT_TRUE(is_mounted());
  mount.expect_gone();
  EXPECT_EQ(checkpointfs({"umount", "-l", mount_point_}, kEndedSoon).code, 0);
  EXPECT_FALSE(is_mounted());
  char content[8] = {};
  EXPECT_EQ(::pread(open.get(), content, sizeof content, 0), 7) << "who has a file open can go on";
  open.reset();
  EXPECT_TRUE(ends_within(mount.pid(), kEndedSoon));
}

TEST_F(Lifecycle, killed_mount_is_replaced_by_the_next_on_the_same_place) {
  for (int i = 0; i < 3; ++i) {
    Mount killed(spec());
    killed.expect_gone();
    ::kill(killed.pid(), SIGKILL);
    ASSERT_TRUE(ends_within(killed.pid(), kEndedSoon));
    struct stat st = {};
    EXPECT_EQ(::stat((mount_point_ + "/job").c_str(), &st), -1);
    Mount next(spec());
    EXPECT_EQ(read_file(next / "job/chk-1/file"), "content");
    EXPECT_EQ(run({"grep", "-c", " " + mount_point_ + " ", "/proc/self/mountinfo"}).out, "1\n")
        << "mounts are stacked";
    next.unmount();
  }
  expect_nothing_left();
}

TEST_F(Lifecycle, killed_mount_can_be_unmounted) {
  Mount killed(spec());
  killed.expect_gone();
  ::kill(killed.pid(), SIGKILL);
  ASSERT_TRUE(ends_within(killed.pid(), kEndedSoon));
  const RunResult result = checkpointfs({"umount", mount_point_}, kEndedSoon);
  EXPECT_EQ(result.code, 0) << result;
  expect_nothing_left();
}

TEST_F(Lifecycle, fuse_user_options_of_libfuse_are_passed_on_and_unknown_ones_refused) {
  const RunResult refused =
      checkpointfs({"mount", "--index", index_, "-o", "nonsense", source_.path(), mount_point_});
  EXPECT_TRUE(refused.code == 2 || refused.code == 7) << refused;
  expect_nothing_left();
  MountSpec with_option = spec();
  with_option.options = {"-o", "auto_unmount"};
  const Mount mount(with_option);
  EXPECT_EQ(read_file(mount / "job/chk-1/file"), "content");
}

}  // namespace
}  // namespace checkpointfs::test
