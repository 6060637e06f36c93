// SPDX-License-Identifier: Apache-2.0
// Tests that tables on a terminal fit into it.
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "cli/output/terminal.h"
#include "program.h"

namespace checkpointfs::test {
namespace {

// Returns the output of `arguments` on a terminal of so many columns.
std::string on_terminal(const std::vector<std::string>& arguments, unsigned short columns) {
  winsize size = {};
  size.ws_row = 24;
  size.ws_col = columns;
  std::vector<char*> argv = {std::getenv("CHECKPOINTFS")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  int master = -1;
  const pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
  if (child == 0) {
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

class OnTerminal : public testing::TestWithParam<unsigned short> {
 protected:
  void SetUp() override {
    copy_fixture("flink-2.3.0/chained", source());
    const Output list = program_.run({"list", "--json", "--index", index(), source()});
    const boost::json::value found = list.json();
    snapshot_ = found.at("snapshots").at(0).at("path").as_string();
    const boost::json::value report = program_.run({"show", "--json", "--index", index(), snapshot_}).json();
    file_ = report.at("files").at(0).at("name").as_string();
  }
  std::string source() const { return directory_ / "storage"; }
  std::string index() const { return directory_ / "index"; }

  // Checks every line of a table; these have several spaces within.
  void expect_fits(const std::string& text) {
    std::istringstream lines(text);
    size_t tables = 0;
    for (std::string line; std::getline(lines, line);) {
      const size_t gap = line.find("  ", line.find_first_not_of(' '));
      if (gap == std::string::npos) continue;
      ++tables;
      EXPECT_LE(cli::display_width(line), GetParam()) << line << "\n" << text;
    }
    EXPECT_GT(tables, 1u) << text;
  }

  TempDirectory directory_;
  Program program_{directory_ / "state"};
  std::string snapshot_;
  std::string file_;
};

TEST_P(OnTerminal, tables_fit) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"list", source()},
                                                    {"du", source()},
                                                    {"show", snapshot_},
                                                    {"refs", file_},
                                                    {"rm", "--grace", "0", "--force-newest", snapshot_}}) {
    std::vector<std::string> command = {arguments[0], "--index", index()};
    command.insert(command.end(), arguments.begin() + 1, arguments.end());
    expect_fits(on_terminal(command, GetParam()));
  }
}

TEST_P(OnTerminal, names_are_whole_where_there_is_room) {
  const std::string text = on_terminal({"list", "--index", index(), source()}, GetParam());
  EXPECT_EQ(text.find(snapshot_ + " ") != std::string::npos, GetParam() >= 100) << text;
}

INSTANTIATE_TEST_SUITE_P(Columns, OnTerminal, testing::Values(80, 100, 160));

}  // namespace
}  // namespace checkpointfs::test
