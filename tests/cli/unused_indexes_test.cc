// SPDX-License-Identifier: Apache-2.0
// index --clean.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "program.h"
#include "tests/cli/aged_storage.h"

namespace checkpointfs::test {
namespace {

namespace stdfs = std::filesystem;

class UnusedIndexes : public AgedStorage {
 protected:
  std::string job() const { return path(directory_of(chk(1))); }
  // The index that a command reports.
  std::string index_of(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {"index", "--json"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return text(program_.run(command).json(), "index");
  }
  std::set<std::string> cleaned(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"index", "--clean", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Output output = program_.run(arguments);
    EXPECT_EQ(output.exit_code, 0) << output.err;
    std::set<std::string> files;
    const boost::json::value result = output.json();
    for (const auto& one : result.at("indexes").as_array()) files.insert(text(one, "index"));
    return files;
  }
};

TEST_F(UnusedIndexes, are_those_that_know_nothing_of_their_own) {
  const std::string empty = directory_ / "empty";
  stdfs::create_directory(empty);
  const std::string narrow = index_of({job()});
  const std::string none = index_of({empty});
  EXPECT_EQ(cleaned({}), std::set<std::string>{none});
  const std::string whole = index_of({source()});
  EXPECT_EQ(cleaned({}), (std::set<std::string>{narrow, none}));
  EXPECT_TRUE(stdfs::exists(narrow)) << "a dry run";

  EXPECT_EQ(cleaned({"--apply"}), (std::set<std::string>{narrow, none}));
  std::set<std::string> left;
  for (const auto& entry : stdfs::directory_iterator(stdfs::path(whole).parent_path())) {
    if (!entry.path().string().starts_with(whole)) left.insert(entry.path().string());
  }
  EXPECT_EQ(left, std::set<std::string>());
  EXPECT_EQ(program_.run({"list", job()}).exit_code, 0);
}

TEST_F(UnusedIndexes, know_no_job_that_the_wider_index_has_never_seen) {
  const std::string narrow = index_of({job()});
  stdfs::rename(job(), directory_ / "gone");
  index_of({source()});
  EXPECT_EQ(cleaned({}), std::set<std::string>());
  EXPECT_TRUE(stdfs::exists(narrow));
}

TEST_F(UnusedIndexes, have_no_mapping_of_the_user) {
  index_of({source()});
  const std::string copy = directory_ / "copy";
  stdfs::create_directories(copy);
  index_of({"--map", "s3://bucket/a=" + copy, copy});
  EXPECT_EQ(cleaned({}), std::set<std::string>());
}

}  // namespace
}  // namespace checkpointfs::test
