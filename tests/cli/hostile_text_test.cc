// SPDX-License-Identifier: Apache-2.0
// Names of any bytes, as they come out in JSON, in the report and on the terminal.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include <boost/json.hpp>

#include "base/text/characters.h"
#include "program.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// True if `text` is UTF-8 without characters that control a terminal or reorder text.
bool is_harmless(std::string_view text) {
  while (!text.empty()) {
    const size_t length = text.front() == '\n' ? 1 : base::printable_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

class HostileText : public testing::Test {
 protected:
  void SetUp() override {
    copy_fixture("native-savepoint", directory_ / "fixture");
    const fs::path savepoint = fs::directory_iterator(directory_ / "fixture")->path();
    for (const char* name : {kBytes, kLikeBytes, kControl, kMarkup}) {
      fs::create_directories(source() + "/" + name);
      fs::copy(savepoint, source() + "/" + name + "/savepoint", fs::copy_options::recursive);
    }
  }
  std::string source() const { return directory_ / "storage"; }

  static constexpr const char* kBytes = "a\xFF";
  static constexpr const char* kLikeBytes = "a\\xff";
  static constexpr const char* kControl = "\x1B[31m\xC2\x9B\x7F\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8F";
  static constexpr const char* kMarkup = "<b title=\"x\">&'";

  TempDirectory directory_;
  Program program_{directory_ / "state"};
};

TEST_F(HostileText, make_valid_json_that_tells_them_apart) {
  for (const char* command : {"list", "du", "chain", "verify", "gc"}) {
    std::vector<std::string> words = {command, "--json"};
    if (std::string(command) == "gc") words.emplace_back("--source");
    words.push_back(source());
    const Output output = program_.run(words);
    EXPECT_TRUE(is_harmless(output.out)) << command << "\n" << output.out;
    boost::system::error_code error;
    json::parse(output.out, error);
    EXPECT_FALSE(error) << command << ": " << error.message() << output.err;
  }
  std::set<std::string> paths;
  const json::value list = program_.run({"list", "--json", source()}).json();
  for (const json::value& snapshot : list.at("snapshots").as_array()) paths.insert(text(snapshot, "path"));
  EXPECT_EQ(paths, (std::set<std::string>{"a\\xff/savepoint", "a\\x5cxff/savepoint",
                                          std::string(kControl) + "/savepoint",
                                          std::string(kMarkup) + "/savepoint"}));
}

TEST_F(HostileText, do_no_harm_to_a_page_or_a_terminal) {
  for (const char* command : {"report", "list", "du", "chain"}) {
    const Output output = program_.run({command, source()});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_TRUE(is_harmless(output.out)) << command << "\n" << output.out;
  }
  EXPECT_EQ(program_.run({"report", source()}).out.find("<b title"), std::string::npos);
  EXPECT_TRUE(is_harmless(program_.run({"chain", "--dot", source()}).out));
}

}  // namespace
}  // namespace checkpointfs::test
