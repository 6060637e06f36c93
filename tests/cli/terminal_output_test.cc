// SPDX-License-Identifier: Apache-2.0
// Tests that tables on a terminal fit into it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "on_terminal.h"
#include "program.h"

namespace checkpointfs::test {
namespace {

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

  TempDirectory directory_;
  Program program_{directory_ / "state"};
  std::string snapshot_;
  std::string file_;
};

TEST_P(OnTerminal, tables_fit) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"list", source()},
                                                    {"jobs", source()},
                                                    {"du", source()},
                                                    {"show", snapshot_},
                                                    {"refs", file_},
                                                    {"rm", "--grace", "0", "--force-newest", snapshot_}}) {
    std::vector<std::string> command = {arguments[0], "--index", index()};
    command.insert(command.end(), arguments.begin() + 1, arguments.end());
    expect_tables_fit(on_terminal(command, GetParam()), GetParam());
  }
}

TEST_P(OnTerminal, names_are_whole_where_there_is_room) {
  const std::string text = on_terminal({"list", "--long", "--index", index(), source()}, GetParam());
  EXPECT_EQ(text.find(snapshot_ + " ") != std::string::npos, GetParam() >= 160) << text;
}

INSTANTIATE_TEST_SUITE_P(Columns, OnTerminal, testing::Values(80, 100, 160));

}  // namespace
}  // namespace checkpointfs::test
