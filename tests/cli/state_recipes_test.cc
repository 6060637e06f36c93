// SPDX-License-Identifier: Apache-2.0
// The examples of checkpointfs-state(1), run as they stand there.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <ostream>
#include <regex>
#include <string>
#include <vector>

#include "state_storage.h"
#include "tests/support/files.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;

// A recipe by the beginning of the text above it; names of the page and of the storage; a regular expression
// for its output.
struct Recipe {
  const char* title;
  std::map<std::string, std::string> names;
  const char* output;
  const char* storage = "flink-2.3.0/chained";
};

void PrintTo(const Recipe& recipe, std::ostream* out) {
  *out << recipe.title;
}

const std::map<std::string, std::string> kCounts = {{"orders counts", "keyed-check hot"}};

std::vector<Recipe> recipes() {
  return {
      {"List the largest states first:",
       {},
       "keyed-check\trecent\tmap\t\\d+\t\\d+\nkeyed-check\thot\tvalue\t\\d+\t\\d+\n[\\s\\S]*\tgeneration\tunion\t8\t2\n[\\s\\S]*"},
      {"Count the entries of each state:",
       {},
       "operator\tstate\tentries\n[\\s\\S]*keyed-check\thot\t100\n[\\s\\S]*"},
      {"Print everything about one key,",
       {{" orders", " keyed-check"}},
       "[\\s\\S]*\"state\":\"hot\",[\\s\\S]*\"state\":\"recent\",[\\s\\S]*\"timestamp\":[\\s\\S]*"},
      {"Find the keys with the most bytes", kCounts, "(\\d+\t0x[0-9a-f]{8}00\n){3}"},
      {"Find the keys with the most entries", {{"orders slots", "keyed-check recent"}}, "( +8 \\d+\n){3}"},
      {"Find the key with the largest number:", kCounts, "35\t\\d+\n"},
      {"Count the timers that are due each day:",
       {{" orders", " keyed-check"}},
       " +100 2026-\\d\\d-\\d\\d\n"},
      {"Count the keys last used each day,",
       {{"orders sessions", "kinds ttl-value"}},
       " +10 20\\d\\d-\\d\\d-\\d\\d\n",
       "state-2.3.0/rocksdb-incremental"},
      {"Ask whether a checkpoint includes",
       {{".topic == \"orders\"", ".connector == \"number sequence\""},
        {".partition == 3", ".partition == \"1\""},
        {"4711", "3000"}},
       "true\n"},
      {"Count what changed between",
       {{" orders", " keyed-check"}},
       "[\\s\\S]* +100 hot\tchanged\n[\\s\\S]*recent\tchanged\n"},
      {"Print by how much a counter", kCounts, "(\\[\\d+,5\\]\n|\\[\\d+,4\\]\n){100}"},
      {"Compare a blue and a green deployment,", kCounts, "100\n"},
      {"List the customers of a file", kCounts, "customer\n"},
      {"Read with four processes at once:", kCounts, ""},
      {"List the types that cannot be read:",
       {},
       "[\\s\\S]*Kryo[\\s\\S]*\n",
       "state-2.3.0/rocksdb-incremental"},
  };
}

// The lines of the example below `title`, without prompts and indentation, as mandoc would show them.
std::string example(const std::string& title) {
  const std::string page =
      read_file(std::string(std::getenv("CHECKPOINTFS_SOURCE")) + "/man/checkpointfs-state.1");
  const size_t at = page.find("\n" + title);
  if (at == std::string::npos) return "";
  const std::string begin = "\n.Bd -literal -offset indent\n";
  const size_t start = page.find(begin, at) + begin.size();
  std::string text = page.substr(start, page.find("\n.Ed\n", start) - start);
  text = std::regex_replace(text, std::regex("\\\\e"), "\\");
  return std::regex_replace(text, std::regex("(^|\n)\\$ "), "$1");
}

class StateRecipe : public testing::TestWithParam<Recipe> {};

TEST_P(StateRecipe, works) {
  if (std::system("jq --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "jq is not installed";
  std::string script = example(GetParam().title);
  ASSERT_NE(script, "") << "the man page has no such example";
  for (const auto& [from, to] : GetParam().names) {
    const size_t at = script.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    script.replace(at, from.size(), to);
  }
  const TempDirectory directory;
  copy_fixture(GetParam().storage, directory / "storage");
  const std::vector<std::string> snapshots = snapshots_in(directory / "storage");
  // chk-5 and chk-6 of the third job, or the only one.
  const std::string old = snapshots[snapshots.size() == 1 ? 0 : 2];
  const std::string newest = snapshots[snapshots.size() == 1 ? 0 : 3];
  fs::create_directory(directory / "bin");
  fs::create_symlink(std::getenv("CHECKPOINTFS"), directory / "bin/checkpointfs");
  write_file(directory / "customers", "7\ncustomer\n8\n");
  write_file(directory / "script", "set -eu -o pipefail\ncd '" + directory.path() + "'\nPATH='" +
                                       directory / "bin" + "':$PATH XDG_STATE_HOME=$PWD/state chk='" +
                                       newest + "' blue='" + old + "' green='" + newest + "' old='" + old +
                                       "'\nexport PATH XDG_STATE_HOME\n" + script + "\n");
  const int status = std::system(
      ("bash '" + directory / "script" + "' >'" + directory / "out" + "' 2>'" + directory / "err" + "'")
          .c_str());
  EXPECT_EQ(status, 0) << script << "\n" << read_file(directory / "err");
  EXPECT_EQ(read_file(directory / "err"), "") << script;
  const std::string output = read_file(directory / "out");
  EXPECT_TRUE(std::regex_match(output, std::regex(GetParam().output))) << script << "\n" << output;
}

INSTANTIATE_TEST_SUITE_P(Page, StateRecipe, testing::ValuesIn(recipes()));

TEST(StateRecipes, are_all_tested) {
  const std::string page =
      read_file(std::string(std::getenv("CHECKPOINTFS_SOURCE")) + "/man/checkpointfs-state.1");
  const std::string examples = page.substr(page.find(".Sh EXAMPLES"));
  size_t count = 0;
  for (size_t at = 0; (at = examples.find("\n.Bd -literal", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, recipes().size());
  EXPECT_GE(count, 10u);
}

}  // namespace
}  // namespace checkpointfs::test
