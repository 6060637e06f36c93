// SPDX-License-Identifier: Apache-2.0
#include "cli/query/responsive_sources.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include "base/errors.h"
#include "base/pipe.h"
#include "base/unique_fd.h"

namespace checkpointfs::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

// An error is an answer too: whoever uses the directory next will get it again.
[[noreturn]] void probe_and_exit(const std::string& directory, Question question, int answer) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The store may keep this process for long, which must not keep any file of the parent open.
  constexpr int kAnswer = 3;
  ::dup2(answer, kAnswer);
  for (int fd = 0; fd < kAnswer; ++fd) ::close(fd);
  ::closefrom(kAnswer + 1);  // close_range(2) needs Linux 5.9
  struct stat st = {};
  ::stat(directory.c_str(), &st);
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) ::fstat(fd, &st);
  if (question == Question::kNames && fd >= 0) {
    DIR* const names = ::fdopendir(fd);
    if (names != nullptr) ::readdir(names);  // asks for the first few
  }
  ::_exit(::write(kAnswer, "", 1) == 1 ? 0 : 1);
}

class Probe {
 public:
  Probe(const std::string& directory, Question question) : directory_(directory) {
    base::Pipe pipe = base::make_pipe();
    answer_ = std::move(pipe.reading);
    process_ = ::fork();
    if (process_ < 0) base::throw_errno("cannot fork", "this process");
    if (process_ == 0) probe_and_exit(directory, question, pipe.writing.get());
  }
  // A process that cannot be killed lives on until the store answers.
  ~Probe() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, is_answered_ ? 0 : WNOHANG);
  }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  const std::string& directory() const { return directory_; }
  bool is_answered() const { return is_answered_; }
  pollfd to_poll() const { return {is_answered_ ? -1 : answer_.get(), POLLIN, 0}; }
  void note(const pollfd& polled) { is_answered_ = is_answered_ || polled.revents != 0; }

 private:
  const std::string directory_;
  base::UniqueFd answer_;
  pid_t process_ = -1;
  bool is_answered_ = false;
};

// Waits for an answer, at most `left` milliseconds; negative: for ever.
void wait_for_answers(std::vector<std::unique_ptr<Probe>>& probes, int left) {
  std::vector<pollfd> fds;
  for (const auto& probe : probes) fds.push_back(probe->to_poll());
  if (::poll(fds.data(), fds.size(), left) < 0 && errno != EINTR) base::throw_errno("cannot poll", "pipes");
  for (size_t i = 0; i < fds.size(); ++i) probes[i]->note(fds[i]);
}

}  // namespace

std::set<std::string> unresponsive(const std::vector<std::string>& directories, Question question,
                                   milliseconds patience, const std::function<void()>& waits) {
  std::vector<std::unique_ptr<Probe>> probes;
  for (const std::string& directory : directories)
    probes.push_back(std::make_unique<Probe>(directory, question));
  const auto is_answered = [](const auto& probe) { return probe->is_answered(); };
  const auto end = Clock::now() + patience;
  while (!std::ranges::all_of(probes, is_answered) && Clock::now() < end)
    wait_for_answers(probes, static_cast<int>(duration_cast<milliseconds>(end - Clock::now()).count()) + 1);
  if (waits && !probes.empty() && std::ranges::none_of(probes, is_answered)) {
    waits();
    while (std::ranges::none_of(probes, is_answered)) wait_for_answers(probes, -1);
  }
  std::set<std::string> without_answer;
  for (const auto& probe : probes) {
    if (!probe->is_answered()) without_answer.insert(probe->directory());
  }
  return without_answer;
}

std::string path_of_unresponsive(const std::string& directory, milliseconds patience) {
  namespace stdfs = std::filesystem;
  const stdfs::path named = (stdfs::absolute(directory).lexically_normal() / "").parent_path();
  for (stdfs::path above = named.parent_path();; above = above.parent_path()) {
    if (!unresponsive({above}, Question::kAttributes, patience, {}).empty()) continue;
    std::error_code error;
    const stdfs::path real = stdfs::canonical(above, error);
    return error ? named : real / named.lexically_relative(above);
  }
}

}  // namespace checkpointfs::cli
