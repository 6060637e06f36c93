// SPDX-License-Identifier: Apache-2.0
#include "cli/query/responsive_sources.h"

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
#include "base/unique_fd.h"

namespace checkpointfs::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

// Whatever the store says is an answer, to be heard again by who needs it.
[[noreturn]] void ask(const std::string& directory, int answer) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may be kept for long: nothing else is to be kept open by it.
  constexpr int kAnswer = 3;
  ::dup2(answer, kAnswer);
  ::close_range(0, kAnswer - 1, 0);
  ::close_range(kAnswer + 1, ~0U, 0);
  struct stat st = {};
  ::stat(directory.c_str(), &st);
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) ::fstat(fd, &st);
  ::_exit(::write(kAnswer, "", 1) == 1 ? 0 : 1);
}

class Question {
 public:
  explicit Question(const std::string& directory) : directory_(directory) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) base::throw_errno("make", "a pipe");
    answer_ = base::UniqueFd(ends[0]);
    const base::UniqueFd other(ends[1]);
    process_ = ::fork();
    if (process_ < 0) base::throw_errno("fork", "this process");
    if (process_ == 0) ask(directory, other.get());
  }
  // Who cannot be killed goes on until the store answers.
  ~Question() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, is_answered_ ? 0 : WNOHANG);
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

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

// Until there is an answer, or `left` has passed; negative: for ever.
void listen(std::vector<std::unique_ptr<Question>>& questions, int left) {
  std::vector<pollfd> fds;
  for (const auto& question : questions) fds.push_back(question->to_poll());
  if (::poll(fds.data(), fds.size(), left) < 0 && errno != EINTR) base::throw_errno("poll", "pipes");
  for (size_t i = 0; i < fds.size(); ++i) questions[i]->note(fds[i]);
}

}  // namespace

std::set<std::string> unresponsive(const std::vector<std::string>& directories, milliseconds patience,
                                   const std::function<void()>& waits) {
  std::vector<std::unique_ptr<Question>> questions;
  for (const std::string& directory : directories) questions.push_back(std::make_unique<Question>(directory));
  const auto is_answered = [](const auto& question) { return question->is_answered(); };
  const auto end = Clock::now() + patience;
  while (!std::ranges::all_of(questions, is_answered) && Clock::now() < end)
    listen(questions, static_cast<int>(duration_cast<milliseconds>(end - Clock::now()).count()) + 1);
  if (waits && !questions.empty() && std::ranges::none_of(questions, is_answered)) {
    waits();
    while (std::ranges::none_of(questions, is_answered)) listen(questions, -1);
  }
  std::set<std::string> silent;
  for (const auto& question : questions) {
    if (!question->is_answered()) silent.insert(question->directory());
  }
  return silent;
}

std::string path_of_unresponsive(const std::string& directory, milliseconds patience) {
  namespace stdfs = std::filesystem;
  const stdfs::path named = (stdfs::absolute(directory).lexically_normal() / "").parent_path();
  for (stdfs::path above = named.parent_path();; above = above.parent_path()) {
    if (!unresponsive({above}, patience, {}).empty()) continue;
    std::error_code error;
    const stdfs::path real = stdfs::canonical(above, error);
    return error ? named : real / named.lexically_relative(above);
  }
}

}  // namespace checkpointfs::cli
