// SPDX-License-Identifier: Apache-2.0
// Each case runs in a process of its own, as run_in_background() returns twice.
#include "cli/mounting/background.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/errors.h"
#include "base/unique_fd.h"

namespace checkpointfs::cli {
namespace {

struct Result {
  int exit_code = -1;  // of the parent; minus a signal's number if one ended it
  std::string out;     // standard output and standard error of parent and child
};

std::string read_all(int fd) {
  std::string text;
  char buffer[1024];
  for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<size_t>(n));
  return text;
}

Result run(const std::function<ExitCode(const Ready&)>& work) {
  int fds[2];
  if (::pipe(fds) != 0) return {};
  const base::UniqueFd reading(fds[0]);
  base::UniqueFd writing(fds[1]);
  const pid_t process = ::fork();
  if (process == 0) {
    ::dup2(writing.get(), STDOUT_FILENO);
    ::dup2(writing.get(), STDERR_FILENO);
    writing.reset();
    const ExitCode code = run_in_background(work);
    std::cout.flush();
    ::_exit(static_cast<int>(code));
  }
  writing.reset();
  Result result;
  result.out = read_all(reading.get());
  int status = 0;
  ::waitpid(process, &status, 0);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

TEST(Background, parent_prints_the_summary_and_succeeds_when_the_work_is_ready) {
  const Result result = run([](const Ready& ready) {
    ready("two\nlines\n");
    return ExitCode::kFailure;  // of the daemon: nobody sees it
  });
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "two\nlines\n");
}

TEST(Background, parent_fails_like_the_work_when_it_is_not_ready) {
  const Result result = run([](const Ready&) -> ExitCode {
    throw base::Failure(base::FailureKind::kMount, "no mount; try again");
  });
  EXPECT_EQ(result.exit_code, static_cast<int>(ExitCode::kMount));
  EXPECT_NE(result.out.find("checkpointfs: no mount; try again\n"), std::string::npos) << result.out;
}

TEST(Background, parent_fails_when_the_work_dies_without_a_word) {
  const Result killed = run([](const Ready&) {
    ::kill(::getpid(), SIGKILL);
    return ExitCode::kOk;
  });
  EXPECT_EQ(killed.exit_code, 1);
  EXPECT_NE(killed.out.find("signal 9"), std::string::npos) << killed.out;
  const Result returned = run([](const Ready&) { return ExitCode::kOk; });
  EXPECT_EQ(returned.exit_code, 1);
}

TEST(Background, child_is_a_daemon_once_it_is_ready) {
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  const base::UniqueFd reading(fds[0]);
  base::UniqueFd writing(fds[1]);
  const Result result = run([&](const Ready& ready) {
    ready("");
    char directory[64] = {};
    const bool in_root = ::getcwd(directory, sizeof directory) != nullptr && std::string(directory) == "/";
    const bool leads = ::getsid(0) == ::getpid();
    std::cout << "nobody reads this" << std::flush;
    const char answer = in_root && leads ? 'y' : 'n';
    return ::write(writing.get(), &answer, 1) == 1 ? ExitCode::kOk : ExitCode::kFailure;
  });
  writing.reset();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(read_all(reading.get()), "y");
}

TEST(Background, child_ends_when_the_parent_is_interrupted) {
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  const base::UniqueFd reading(fds[0]);
  base::UniqueFd writing(fds[1]);
  const Result result = run([&](const Ready&) {
    ::kill(::getppid(), SIGTERM);
    ::sleep(30);
    return ExitCode::kOk;
  });
  writing.reset();
  EXPECT_EQ(result.exit_code, -SIGTERM);
  // At the end of the pipe nobody is left who could write: the child is gone too.
  pollfd poll = {reading.get(), 0, 0};
  EXPECT_EQ(::poll(&poll, 1, 5000), 1);
}

TEST(Background, child_ends_when_it_is_ready_and_nobody_waits) {
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  const base::UniqueFd reading(fds[0]);
  base::UniqueFd writing(fds[1]);
  const Result result = run([&](const Ready& ready) {
    const pid_t parent = ::getppid();
    ::kill(parent, SIGKILL);
    while (::getppid() == parent) ::usleep(1000);
    ready("");
    ::sleep(30);
    return ExitCode::kOk;
  });
  writing.reset();
  EXPECT_EQ(result.exit_code, -SIGKILL);
  pollfd poll = {reading.get(), 0, 0};
  EXPECT_EQ(::poll(&poll, 1, 5000), 1);
}

}  // namespace
}  // namespace checkpointfs::cli
