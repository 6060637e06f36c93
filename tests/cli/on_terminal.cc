// SPDX-License-Identifier: Apache-2.0
#include "on_terminal.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "cli/output/terminal.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::test {

std::string on_terminal(const std::vector<std::string>& arguments, unsigned short columns) {
  winsize size = {};
  size.ws_row = 24;
  size.ws_col = columns;
  std::vector<char*> argv = {std::getenv("CHECKPOINTFS")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const TempDirectory state;  // indexes of the user would widen what commands look at
  int master = -1, terminal = -1;
  if (::openpty(&master, &terminal, nullptr, nullptr, &size) != 0) throw std::runtime_error("openpty failed");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(master);
    ::login_tty(terminal);
    ::setenv("XDG_STATE_HOME", state.path().c_str(), 1);
    ::execv(argv[0], argv.data());
    ::_exit(126);
  }
  // The terminal stays open here: when nobody has it open, what was written last can be lost.
  std::string text;
  char buffer[4096];
  int status = -1;
  for (bool has_ended = false;;) {
    has_ended = has_ended || ::waitpid(child, &status, WNOHANG) == child;
    pollfd output = {master, POLLIN, 0};
    if (::poll(&output, 1, has_ended ? 50 : 10) > 0) {
      const ssize_t n = ::read(master, buffer, sizeof buffer);
      if (n > 0) text.append(buffer, static_cast<size_t>(n));
    } else if (has_ended) {
      break;
    }
  }
  ::close(terminal);
  ::close(master);
  EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 10)) << text;
  std::erase(text, '\r');
  return text;
}

void expect_tables_fit(const std::string& text, size_t columns) {
  std::istringstream lines(text);
  size_t tables = 0;
  for (std::string line; std::getline(lines, line);) {
    const size_t gap = line.find("  ", line.find_first_not_of(' '));
    if (gap == std::string::npos) continue;
    ++tables;
    EXPECT_LE(cli::display_width(line), columns) << line << "\n" << text;
  }
  EXPECT_GT(tables, 1u) << text;
}

}  // namespace checkpointfs::test
