// SPDX-License-Identifier: Apache-2.0
#include "cli/rclone/rclone_mounts.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include "base/errors.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/threads/signal_blocked_threads.h"
#include "base/unique_fd.h"
#include "cli/rclone/private_directory.h"
#include "cli/rclone/run_program.h"
#include "fs/mount/mount_point.h"
#include "fs/mount/mount_table.h"
#include "storage/walk.h"

namespace checkpointfs::cli {
namespace {

using base::Failure;
using base::FailureKind;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kStartLimit(60'000);
constexpr milliseconds kEndLimit(3'000);
constexpr milliseconds kShortestBackoff(500);
constexpr milliseconds kLongestBackoff(60'000);
constexpr milliseconds kLook(20);
constexpr milliseconds kShareLook(500);

bool is_mounted(const std::string& directory) {
  const auto mount = fs::mount_at(directory);
  return mount && mount->type == "fuse.rclone";
}

// Returns the last line that rclone logged, for a message.
std::string last_line(const std::string& log_file) {
  std::ifstream file(log_file);
  std::string line;
  std::string last = "no message";
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

// Returns true if one flat listing (1,000 objects a request) can take the place of a listing for each
// directory. With entropy injection, every file has a directory of its own, and four above it.
bool lists_flat(const RcloneSource& source) {
  if (std::getenv("RCLONE_VFS_REFRESH") != nullptr) return false;  // the user decides
  const std::string type = rclone_remote(source.remote).type;
  const bool has_buckets = type == "s3" || type == "google cloud storage";
  return has_buckets && output_of({"rclone", "mount", "--help"}).find("--vfs-refresh") != std::string::npos;
}

std::vector<std::string> command_of(const RcloneSource& source) {
  std::vector<std::string> command = {"rclone", "mount", "--read-only", "--allow-non-empty"};
  // Flink's objects have no modification time of rclone's own, and reading it would cost a request for each.
  command.push_back("--use-server-modtime");
  // The lifetime of rclone's cached listings; listing a bucket with many objects takes long.
  if (std::getenv("RCLONE_DIR_CACHE_TIME") == nullptr)
    command.insert(command.end(), {"--dir-cache-time", "1m"});
  if (lists_flat(source)) command.insert(command.end(), {"--vfs-refresh", "--fast-list"});
  command.insert(command.end(), {"--", source.remote, source.directory});
  return command;
}

base::UniqueFd open_lock(const std::string& file) {
  base::UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw Failure(FailureKind::kSource, base::SystemError(errno, "cannot open", file).what());
  return fd;
}

// The lock of the process that runs rclone; nothing if another process has it.
base::UniqueFd try_lock(const RcloneSource& source) {
  base::UniqueFd fd = open_lock(source.lock_file);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return {};
  // The previous owner may have removed the file, see remove_traces().
  struct stat locked = {};
  struct stat named = {};
  const bool is_it = ::fstat(fd.get(), &locked) == 0 && ::stat(source.lock_file.c_str(), &named) == 0 &&
                     locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
  return is_it ? std::move(fd) : base::UniqueFd();
}

// The lock that commands share while they read what another process has mounted.
base::UniqueFd lock_users(const RcloneSource& source, int kind) {
  base::UniqueFd fd = open_lock(source.lock_file + "-users");
  while (::flock(fd.get(), kind) != 0 && errno == EINTR) {
  }
  return fd;
}

void clear(const std::string& directory) {
  for (int i = 0; i < 10 && fs::mount_at(directory); ++i) fs::detach_mount(directory);
}

// Leaves a mark for the time without a mount, so that the store does not look empty.
void mark_unmounted(const std::string& directory) {
  const std::string mark = base::format("{}/{}", directory, storage::kNotMounted);
  const base::UniqueFd fd(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0400));
  if (!fd) throw Failure(FailureKind::kSource, base::SystemError(errno, "cannot create", mark).what());
}

void make_clear(const std::string& directory) {
  clear(directory);
  make_private(directory);
  mark_unmounted(directory);
}

// Removes all that prepare_rclone() and a failed start have made. REQUIRES: the caller has the lock.
void remove_traces(const RcloneSource& source) {
  ::unlink(base::format("{}/{}", source.directory, storage::kNotMounted).c_str());
  ::rmdir(source.directory.c_str());
  const std::string own(base::parent(source.directory));
  for (const std::string& file :
       {source.log_file, own + "/remote", source.lock_file + "-users", source.lock_file})
    ::unlink(file.c_str());
  ::rmdir(own.c_str());
}

}  // namespace

void clear_rclone(const RcloneSource& source) {
  if (const base::UniqueFd held = try_lock(source)) make_clear(source.directory);
}

class RcloneMounts::Mount {
 public:
  Mount(const RcloneSource& source, For purpose)
      : source_(source), purpose_(purpose), lock_(try_lock(source)) {
    if (!lock_ && purpose_ == For::kCommand) {
      users_ = lock_users(source_, LOCK_SH);
      lock_ = try_lock(source_);  // the owner may have ended meanwhile
      if (lock_) users_ = {};
    }
    if (lock_) take_over();
    stop_ = base::UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!stop_) base::throw_errno("cannot create", "an eventfd");
    // rclone ends with the thread that starts it, so that thread lives as long as the mount.
    base::start_signal_blocked_threads(threads_, 1, [this] { run(); });
    if (threads_.empty()) throw Failure(FailureKind::kSource, "cannot start a thread for rclone");
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return state_ != State::kStarting; });
    if (state_ == State::kMounted) return;
    const std::string why = error_;
    lock.unlock();
    end();
    if (lock_ && source_.is_new) remove_traces(source_);
    throw Failure(FailureKind::kSource, base::format("{}: {}", source_.given, why));
  }
  ~Mount() { end(); }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;

  fs::SourceMounter::Status status() const {
    const std::lock_guard lock(mutex_);
    return {source_.given, state_ == State::kMounted ? "mounted" : "down", error_, restarts_};
  }
  void on_return(std::function<void()> tell) {
    const std::lock_guard lock(mutex_);
    tell_ = std::move(tell);
  }
  void refresh() {
    const std::lock_guard lock(mutex_);
    // rclone drops its cached listings. Another process' rclone has its own time for that.
    if (state_ == State::kMounted && child_ > 0) ::kill(child_, SIGHUP);
  }

 private:
  enum class State { kStarting, kMounted, kDown };

  // Returns true if the mount is to stop, waiting for that at most `limit`.
  bool wait_for_stop(milliseconds limit) {
    pollfd fds = {stop_.get(), POLLIN, 0};
    return ::poll(&fds, 1, static_cast<int>(limit.count())) > 0;
  }
  bool ends_within(milliseconds limit) {
    pollfd fds = {process_.get(), POLLIN, 0};
    return ::poll(&fds, 1, static_cast<int>(limit.count())) > 0;
  }

  void set(State state, const std::string& error) {
    std::function<void()> tell;
    {
      const std::lock_guard lock(mutex_);
      if (state == State::kMounted && state_ == State::kDown) {
        ++restarts_;
        tell = tell_;
      }
      state_ = state;
      if (!error.empty()) error_ = error;
      changed_.notify_all();
      // Called under the lock, so that on_return() can rely on it: the old function is not running any more.
      if (tell) tell();
    }
  }

  // Starts rclone and waits for its mount. Returns "", or why there is no mount.
  std::string start() {
    {
      const pid_t child = start_program(command_of(source_), source_.log_file);
      const std::lock_guard lock(mutex_);
      child_ = child;
    }
    process_ = base::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
    for (const auto end = Clock::now() + kStartLimit; Clock::now() < end;) {
      if (is_mounted(source_.directory)) return "";
      if (wait_for_stop(milliseconds(0))) return "interrupted";
      if (ends_within(kLook)) return why_it_ended();
    }
    return base::format("rclone did not mount it within 60 seconds (timeout); see {}", source_.log_file);
  }

  // REQUIRES: rclone has ended.
  std::string why_it_ended() {
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    {
      const std::lock_guard lock(mutex_);
      child_ = -1;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) return "rclone is not installed";
    return base::format("rclone ended: {}", last_line(source_.log_file));
  }

  void kill_child() {
    if (child_ < 0) return;
    ::kill(child_, SIGTERM);
    if (!ends_within(kEndLimit)) {
      clear(source_.directory);
      ::kill(child_, SIGKILL);
      // A process that waits in the kernel cannot be killed, and is not waited for.
      if (!ends_within(kEndLimit)) return;
    }
    why_it_ended();
  }

  // REQUIRES: lock_.
  void take_over() {
    make_clear(source_.directory);
    ::unlink(source_.log_file.c_str());
  }

  // Uses the rclone of another process until that process ends, and takes its place then. Returns false if
  // the mount is to stop.
  bool share() {
    for (const auto end = Clock::now() + kStartLimit;;) {
      if (is_mounted(source_.directory)) {
        if (!is_announced() || status().state == "down") set(State::kMounted, "");
      } else if (is_announced()) {
        set(State::kDown, "the process that runs rclone for it has no mount now");
      } else if (Clock::now() >= end) {
        set(State::kDown, "another process runs rclone for it, but has no mount (timeout)");
        return false;
      }
      if (wait_for_stop(is_announced() ? kShareLook : kLook)) return false;
      if (purpose_ == For::kCommand && is_announced()) continue;
      lock_ = try_lock(source_);
      if (lock_) break;
    }
    if (is_announced()) {
      base::log_warning(
          base::format("the process that ran rclone for {} has ended; starting rclone", source_.given));
      set(State::kDown, "the process that ran rclone for it has ended");
    }
    try {
      take_over();
    } catch (const std::exception& e) {
      set(State::kDown, e.what());
      return false;
    }
    return true;
  }

  void run() {
    if (!lock_ && !share()) return;
    milliseconds backoff{0};
    for (bool first = !is_announced();; first = false) {
      std::string error;
      try {
        error = start();
      } catch (const std::exception& e) {
        error = e.what();
      }
      if (error.empty()) {
        if (!first) base::log_warning(base::format("{} is mounted again", source_.given));
        set(State::kMounted, "");
        const auto began = Clock::now();
        pollfd fds[] = {{stop_.get(), POLLIN, 0}, {process_.get(), POLLIN, 0}};
        while (::poll(fds, 2, -1) < 0 && errno == EINTR) {
        }
        if ((fds[0].revents & POLLIN) != 0) break;
        error = why_it_ended();
        if (Clock::now() - began > kLongestBackoff) backoff = {};
      }
      kill_child();
      clear(source_.directory);
      const bool stops = wait_for_stop(milliseconds(0));
      if (!first || is_announced()) base::log_error(base::format("{}: {}", source_.given, error));
      const bool failed_at_first = first && !is_announced();
      set(State::kDown, error);
      if (stops || failed_at_first) return;
      backoff = std::clamp(backoff * 2, kShortestBackoff, kLongestBackoff);
      if (wait_for_stop(backoff)) break;
    }
    kill_child();
    clear(source_.directory);
  }

  bool is_announced() const {
    const std::lock_guard lock(mutex_);
    return state_ != State::kStarting;
  }

  void end() {
    // Those that came first may read on. Nobody can come now: try_lock() fails as long as this process lives.
    if (lock_ && purpose_ == For::kCommand) lock_users(source_, LOCK_EX);
    ::eventfd_write(stop_.get(), 1);
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  const RcloneSource source_;
  const For purpose_;
  base::UniqueFd lock_;     // of the owner; until the end of share() only the thread uses it
  base::UniqueFd users_;    // of a command that shares
  base::UniqueFd stop_;     // eventfd
  base::UniqueFd process_;  // pidfd of rclone; only the thread uses it
  std::vector<std::thread> threads_;

  mutable std::mutex mutex_;  // guards all members below
  std::condition_variable changed_;
  State state_ = State::kStarting;
  std::string error_;
  uint64_t restarts_ = 0;
  pid_t child_ = -1;
  std::function<void()> tell_;
};

RcloneMounts::RcloneMounts(const std::vector<RcloneSource>& sources, For purpose) {
  for (const RcloneSource& source : sources) mounts_.push_back(std::make_unique<Mount>(source, purpose));
}

RcloneMounts::~RcloneMounts() = default;

std::vector<fs::SourceMounter::Status> RcloneMounts::status() const {
  std::vector<Status> all;
  for (const auto& mount : mounts_) all.push_back(mount->status());
  return all;
}

void RcloneMounts::on_return(std::function<void()> tell) {
  for (const auto& mount : mounts_) mount->on_return(tell);
}

void RcloneMounts::refresh() {
  for (const auto& mount : mounts_) mount->refresh();
}

}  // namespace checkpointfs::cli
