// SPDX-License-Identifier: Apache-2.0
// The man pages say what the program does: options and exit codes are compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include "base/text/message.h"
#include "cli/arguments/command.h"
#include "cli/arguments/exit_code.h"
#include "cli/arguments/options.h"
#include "fs/metrics/metrics_text.h"

namespace checkpointfs::cli {
namespace {

using Names = std::set<std::string>;

std::string page(const std::string& name) {
  const std::string path = base::format("{}/man/{}", std::getenv("CHECKPOINTFS_SOURCE"), name);
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

Names matches(const std::string& text, const char* expression) {
  const std::regex regex(expression);
  Names found;
  for (std::sregex_iterator i(text.begin(), text.end(), regex), end; i != end; ++i) found.insert((*i)[1]);
  return found;
}

// "-f", "--foreground": what stands in the help's lines of options.
Names options_in_help(const Command& command) {
  std::ostringstream help;
  print_help(help, command);
  const std::string text = help.str().substr(help.str().find("\nOptions:\n"));
  Names names = matches(text, "\n  (?:-[a-zA-Z], |    )(--[a-z-]+)");
  names.merge(matches(text, "\n  (-[a-zA-Z]), "));
  return names;
}

// ".It Fl f , Fl -foreground Ar FILE" of the section OPTIONS.
Names options_in_page(const std::string& text) {
  std::istringstream lines(text.substr(text.find(".Sh OPTIONS")));
  Names names;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(".It Fl ")) continue;
    for (const std::string& name : matches(line, "Fl (-?[a-zA-Z][a-zA-Z-]*)")) names.insert("-" + name);
  }
  return names;
}

class EachCommand : public testing::TestWithParam<Command> {};

TEST_P(EachCommand, man_page_names_the_options_of_the_help) {
  const Command& command = GetParam();
  EXPECT_EQ(options_in_page(page(base::format("checkpointfs-{}.1", command.name))), options_in_help(command));
}

TEST_P(EachCommand, man_page_synopsis_shows_every_option) {
  const std::string text = page(base::format("checkpointfs-{}.1", GetParam().name));
  const std::string synopsis = text.substr(0, text.find(".Sh DESCRIPTION"));
  for (const std::string& option : options_in_help(GetParam())) {
    if (option == "-h" || option == "--help") continue;
    if (option.size() == 2) {
      EXPECT_TRUE(std::regex_search(synopsis, std::regex(base::format("Op Fl [a-z]*{}", option[1]))))
          << option;
    } else {
      const bool has_short =
          std::regex_search(text, std::regex(base::format("\\.It Fl . , Fl {}", option.substr(1))));
      EXPECT_TRUE(has_short || synopsis.find("Op Fl " + option.substr(1)) != std::string::npos) << option;
    }
  }
}

TEST_P(EachCommand, overview_page_names_the_command) {
  EXPECT_NE(page("checkpointfs.1").find(base::format(".It Cm {}\n", GetParam().name)), std::string::npos);
}

std::string name_of_case(const testing::TestParamInfo<Command>& info) {
  return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(Documents, EachCommand, testing::ValuesIn(commands().begin(), commands().end()),
                         name_of_case);

TEST(Documents, man_page_table_of_exit_codes_is_the_programs) {
  const std::string text = page("checkpointfs.1");
  const std::string section =
      text.substr(text.find(".Sh EXIT STATUS"), text.find(".Sh EXAMPLES") - text.find(".Sh EXIT STATUS"));
  std::string expected = ".Sh EXIT STATUS\n.Bl -tag -width Ds\n";
  for (const ExitCodeMeaning& row : exit_codes()) {
    expected += base::format(".It {}\n{}\n", static_cast<int>(row.code), row.meaning);
  }
  EXPECT_EQ(section, expected + ".El\n");
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "Suite.case" of every test in C++ and "Class.method" of those in Java.
Names names_of_tests(const std::filesystem::path& directory) {
  const std::regex macro("TEST(?:_F|_P)?\\((\\w+),\\s*(\\w+)\\)");
  const std::regex method("void (\\w+)\\(");
  Names found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = text_of(entry.path());
    if (entry.path().extension() == ".cc") {
      for (std::sregex_iterator i(text.begin(), text.end(), macro), end; i != end; ++i) {
        found.insert((*i)[1].str() + "." + (*i)[2].str());
      }
    } else if (entry.path().string().ends_with("Test.java")) {
      for (std::sregex_iterator i(text.begin(), text.end(), method), end; i != end; ++i) {
        found.insert(entry.path().stem().string() + "." + (*i)[1].str());
      }
    }
  }
  return found;
}

TEST(Documents, semantics_names_tests_that_exist) {
  const std::filesystem::path source = std::getenv("CHECKPOINTFS_SOURCE");
  const Names named = matches(text_of(source / "SEMANTICS.md"), "`([A-Z]\\w+\\.[a-z]\\w+)`");
  Names existing;
  for (const char* folder : {"unit", "cli", "mount", "removal", "remote", "fuzz", "big", "flink/src"}) {
    existing.merge(names_of_tests(source / "tests" / folder));
  }
  EXPECT_GT(named.size(), 50u);
  Names missing;
  std::ranges::set_difference(named, existing, std::inserter(missing, missing.end()));
  EXPECT_EQ(missing, Names());
}

// As samples are called, without labels.
Names metrics_of_the_program() {
  fs::MetricsFacts facts;
  facts.newest_ns["job"] = 0;
  facts.requests = {{"reads", 0}};
  facts.waiting_seconds["/data"] = 0;
  facts.is_lost["/source"] = false;
  facts.follow.emplace().last_file_check_ns = 1;
  return matches(fs::metrics_text(facts), "\n(checkpointfs_[a-z_]+)[{ ]");
}

TEST(Documents, man_page_lists_the_metrics_of_the_program) {
  EXPECT_EQ(matches(page("checkpointfs-mount.1"), "\n\\.It Va (checkpointfs_[a-z_]+)"),
            metrics_of_the_program());
}

TEST(Documents, alerts_are_about_metrics_that_exist) {
  const std::filesystem::path source = std::getenv("CHECKPOINTFS_SOURCE");
  const Names existing = metrics_of_the_program();
  const Names used = matches(text_of(source / "docs" / "alerts.yml"), "(checkpointfs_[a-z_]+)");
  EXPECT_GE(used.size(), 5u);
  EXPECT_TRUE(std::ranges::includes(existing, used)) << testing::PrintToString(used);
}

TEST(Documents, exit_codes_are_numbered_in_order) {
  int next = 0;
  for (const ExitCodeMeaning& row : exit_codes()) EXPECT_EQ(static_cast<int>(row.code), next++);
}

}  // namespace
}  // namespace checkpointfs::cli
