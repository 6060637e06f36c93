// SPDX-License-Identifier: Apache-2.0
#include "on_terminal.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

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
  int master = -1;
  const pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
  if (child == 0) {
    ::setenv("XDG_STATE_HOME", state.path().c_str(), 1);
    ::execv(argv[0], argv.data());
    ::_exit(126);
  }
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(master, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  ::close(master);
  int status = -1;
  ::waitpid(child, &status, 0);
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
