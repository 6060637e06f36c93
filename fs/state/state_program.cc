// SPDX-License-Identifier: Apache-2.0
#include "fs/state/state_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/errors.h"
#include "base/pipe.h"
#include "base/text/message.h"
#include "base/threads/processors.h"

namespace checkpointfs::fs {
namespace {

constexpr const char* kName = "checkpointfs";
constexpr int kUnknownStatus = 255 << 8;  // exit code 255: somebody else has taken the true one

void set_non_blocking(const base::UniqueFd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

class SpawnAttributes {
 public:
  // The signals that this process blocks or ignores are not the child's.
  SpawnAttributes() {
    sigset_t signals;
    ::posix_spawnattr_init(&attributes_);
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_ = {};
};

class SpawnActions {
 public:
  SpawnActions(const base::Pipe& in, const base::Pipe& output, const base::Pipe& errors) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, in.reading.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output.writing.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, errors.writing.get(), STDERR_FILENO);
    // The working directory may lie in the mount, which must not wait for itself.
    ::posix_spawn_file_actions_addchdir_np(&actions_, "/");
  }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_ = {};
};

}  // namespace

StateProgram::StateProgram() : program_(::open("/proc/self/exe", O_PATH | O_CLOEXEC)) {}

StateProgram::~StateProgram() {
  stop();
}

StateProgram::Started StateProgram::start(const std::vector<std::string>& arguments) {
  if (!program_)
    throw base::SystemError(EIO, "cannot start a reader of state: /proc/self/exe cannot be opened");
  std::vector<std::string> words = {kName};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  base::Pipe in = base::make_pipe();
  base::Pipe output = base::make_pipe();
  base::Pipe errors = base::make_pipe();
  const SpawnActions actions(in, output, errors);
  const SpawnAttributes attributes;
  // The link of the child's own process leads to the same file.
  const std::string path = base::format("/proc/self/fd/{}", program_.get());
  Started started;
  base::allow_own_processors();
  const int error =
      ::posix_spawn(&started.pid, path.c_str(), actions.get(), attributes.get(), pointers.data(), environ);
  if (error != 0) throw base::SystemError(error, "start", "a reader of state");
  watch(started.pid);
  started.in = std::move(in.writing);
  started.output = std::move(output.reading);
  started.errors = std::move(errors.reading);
  set_non_blocking(started.output);
  set_non_blocking(started.errors);
  return started;
}

void StateProgram::watch(pid_t child) {
  const std::lock_guard lock(mutex_);
  collect();
  children_.emplace(child, State::kWatched);
  if (stopped_) ::kill(-child, SIGKILL);
}

// Takes the wait statuses of children that nobody watches any more.
void StateProgram::collect() {
  std::erase_if(children_, [](const auto& child) {
    return child.second == State::kGivenUp && ::waitpid(child.first, nullptr, WNOHANG) != 0;
  });
}

std::optional<int> StateProgram::ended(pid_t child) {
  int status = 0;
  const std::lock_guard lock(mutex_);
  const auto found = children_.find(child);
  if (found == children_.end()) return kUnknownStatus;
  const pid_t waited = ::waitpid(child, &status, WNOHANG);
  if (waited == 0) return std::nullopt;
  children_.erase(found);
  return waited == child ? status : kUnknownStatus;
}

void StateProgram::give_up(pid_t child) {
  const std::lock_guard lock(mutex_);
  const auto found = children_.find(child);
  if (found == children_.end()) return;
  ::kill(-child, SIGKILL);
  found->second = State::kGivenUp;
  collect();
}

void StateProgram::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (const auto& [child, state] : children_) ::kill(-child, SIGKILL);
  collect();
}

}  // namespace checkpointfs::fs
