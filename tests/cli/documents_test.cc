// SPDX-License-Identifier: Apache-2.0
// Documents say what the program does: options, exit codes, metrics, tests, files and folders are compared.
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/text/message.h"
#include "cli/arguments/command.h"
#include "cli/arguments/exit_code.h"
#include "cli/arguments/options.h"
#include "cli/arguments/other_words.h"
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
  Names names = matches(text, "\n  (?:-[a-zA-Z], |    )(--[a-z0-9-]+)");
  names.merge(matches(text, "\n  (-[a-zA-Z]), "));
  return names;
}

// ".It Fl f , Fl -foreground Ar FILE" of the section OPTIONS.
Names options_in_page(const std::string& text) {
  std::istringstream lines(text.substr(text.find(".Sh OPTIONS")));
  Names names;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(".It Fl ")) continue;
    for (const std::string& name : matches(line, "Fl (-?[a-zA-Z][a-zA-Z0-9-]*)")) names.insert("-" + name);
  }
  return names;
}

bool is_of_every_command(const std::string& option) {
  return option == "-h" || option == "--help" || option == "-q" || option == "--quiet";
}

// The words of "$ checkpointfs list /data | less" behind "list". REQUIRES: no word is quoted.
std::vector<std::string> arguments_of(const std::string& example) {
  std::istringstream words(example);
  std::vector<std::string> arguments;
  for (std::string word; words >> word && word != "|" && word != ">";) arguments.push_back(word);
  arguments.erase(arguments.begin(), arguments.begin() + std::min<std::ptrdiff_t>(3, std::ssize(arguments)));
  return arguments;
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
    if (is_of_every_command(option)) continue;
    if (option.size() == 2) {
      EXPECT_TRUE(std::regex_search(synopsis, std::regex(base::format("Op Fl [a-z]*{}", option[1]))))
          << option;
    } else {
      const bool has_short =
          std::regex_search(text, std::regex(base::format("\\.It Fl . , Fl {}", option.substr(1))));
      const bool is_needed = synopsis.find("\n.Fl " + option.substr(1)) != std::string::npos;
      EXPECT_TRUE(has_short || is_needed || synopsis.find("Op Fl " + option.substr(1)) != std::string::npos)
          << option;
    }
  }
}

TEST_P(EachCommand, man_page_has_the_summary_of_the_help) {
  EXPECT_NE(page(base::format("checkpointfs-{}.1", GetParam().name))
                .find(base::format("\n.Nd {}\n", GetParam().summary)),
            std::string::npos)
      << GetParam().summary;
}

TEST_P(EachCommand, help_has_two_examples_with_options_that_exist) {
  std::ostringstream help;
  print_help(help, GetParam());
  const std::string begin = base::format("  $ checkpointfs {}", GetParam().name);
  std::istringstream lines(help.str());
  size_t examples = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(begin)) continue;
    ++examples;
    EXPECT_LE(line.size(), 80u) << line;
    EXPECT_NO_THROW(parse(GetParam(), arguments_of(line))) << line;
  }
  EXPECT_GE(examples, 2u);
}

TEST_P(EachCommand, overview_page_names_the_command) {
  EXPECT_NE(page("checkpointfs.1").find(base::format(".It Cm {}\n", GetParam().name)), std::string::npos);
}

std::string name_of_case(const testing::TestParamInfo<Command>& info) {
  return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(Documents, EachCommand, testing::ValuesIn(commands().begin(), commands().end()),
                         name_of_case);

TEST(Documents, man_page_has_the_other_words) {
  const std::string text = page("checkpointfs.1");
  for (const OtherWord& other : other_words()) {
    const std::regex row(
        base::format("\n\\.It Cm (?:[a-z]+ , )*{}(?: , [a-z]+)* Ta Cm {}\n", other.word, other.command));
    EXPECT_TRUE(std::regex_search(text, row)) << other.word;
  }
}

TEST(Documents, man_page_has_the_names_of_errors) {
  const std::string text = page("checkpointfs.1");
  for (const ExitCodeMeaning& row : exit_codes()) {
    if (row.code != ExitCode::kOk) {
      EXPECT_TRUE(std::regex_search(text, std::regex(base::format("\n\\.Li {}\\b", row.name)))) << row.name;
    }
  }
}

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

std::filesystem::path source_root() {
  return std::getenv("CHECKPOINTFS_SOURCE");
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
  const std::filesystem::path source = source_root();
  const Names named = matches(text_of(source / "SEMANTICS.md"), "`([A-Z]\\w+\\.[a-z]\\w+)`");
  Names existing;
  for (const char* folder :
       {"unit", "cli", "mount", "removal", "export", "remote", "fuzz", "big", "flink/src"}) {
    existing.merge(names_of_tests(source / "tests" / folder));
  }
  EXPECT_GT(named.size(), 50u);
  Names missing;
  std::ranges::set_difference(named, existing, std::inserter(missing, missing.end()));
  EXPECT_EQ(missing, Names());
}

// The first word of a text in backticks is a path if it begins in a folder of the project, or ends as the
// project's files do.
bool is_path(const std::string& word) {
  static const std::regex beneath(
      "(src|fs|index|man|tests|scripts|docs|packaging|subprojects)/[A-Za-z0-9_.@/-]*");
  static const std::regex file("[A-Za-z0-9_.@/-]+\\.(h|cc|md|py|build|yml|in)");
  return std::regex_match(word, beneath) || std::regex_match(word, file);
}

Names paths_named_in(const std::string& text) {
  Names paths;
  for (const std::string& word : matches(text, "`([^`\n ]+)[^`\n]*`")) {
    if (is_path(word)) paths.insert(word);
  }
  return paths;
}

class EachDocument : public testing::TestWithParam<const char*> {};

TEST_P(EachDocument, names_paths_that_exist) {
  const std::filesystem::path document = source_root() / GetParam();
  const std::string text = text_of(document);
  ASSERT_FALSE(text.empty()) << document;
  Names missing;
  for (const std::string& path : paths_named_in(text)) {
    if (!std::filesystem::exists(source_root() / path)) missing.insert(path);
  }
  for (const std::string& link : matches(text, "\\]\\(([^)#:\\s]+)\\)")) {
    if (!std::filesystem::exists(document.parent_path() / link)) missing.insert(link);
  }
  EXPECT_EQ(missing, Names()) << document;
}

INSTANTIATE_TEST_SUITE_P(Documents, EachDocument,
                         testing::Values("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md",
                                         "SEMANTICS.md", "NEWS.md", "docs/performance.md", "docs/stores.md",
                                         "docs/troubleshooting.md", "docs/kubernetes.md", "docs/style.md"));

TEST(Documents, architecture_and_contributing_name_many_paths) {
  EXPECT_GE(paths_named_in(text_of(source_root() / "ARCHITECTURE.md")).size(), 100u);
  EXPECT_GE(paths_named_in(text_of(source_root() / "CONTRIBUTING.md")).size(), 20u);
}

// Each is asked by somebody who comes to the project; the row names a file, and a name that stands in it.
TEST(Documents, architecture_says_where_sixteen_things_happen) {
  const std::string text = text_of(source_root() / "ARCHITECTURE.md");
  for (const char* what : {"a handle is decoded", "an inode number is made", "a URI is mapped to a path",
                           "a changed source is noticed", "the kernel is told to forget", "errno is decided",
                           "a projected name is made", "the SQL schema stands", "a file is judged deletable",
                           "the JSON of `show` is made", "passthrough is set up", "a mount option is parsed",
                           "a serializer's class becomes a type", "a value becomes JSON",
                           "a line of `state` is written", "the process that reads state loses its rights"}) {
    const std::regex row(base::format("\n\\| {} \\| `([^`]+)` \\| `([^`]+)` \\|\n", what));
    std::smatch found;
    ASSERT_TRUE(std::regex_search(text, found, row)) << what;
    EXPECT_NE(text_of(source_root() / found[1].str()).find(found[2].str()), std::string::npos)
        << found[1] << " has no " << found[2];
  }
}

bool is_source(const std::filesystem::directory_entry& entry) {
  return entry.path().extension() == ".h" || entry.path().extension() == ".cc";
}

// Adds the folders with sources, in the order in which Meson makes their libraries.
void add_folders(const std::string& folder, std::vector<std::string>& folders) {
  const std::string build = text_of(source_root() / folder / "meson.build");
  const bool has_sources =
      std::ranges::any_of(std::filesystem::directory_iterator(source_root() / folder), [](const auto& entry) {
        return entry.path().extension() == ".h" || entry.path().extension() == ".cc";
      });
  const std::regex call("subdir\\('([^']+)'\\)|static_library\\(|executable\\(");
  bool is_added = !has_sources;
  if (has_sources && !std::regex_search(build, std::regex("static_library\\(|executable\\("))) {
    folders.push_back(folder);
    is_added = true;
  }
  for (std::sregex_iterator i(build.begin(), build.end(), call), end; i != end; ++i) {
    if ((*i)[1].matched) {
      add_folders(folder + "/" + (*i)[1].str(), folders);
    } else if (!is_added) {
      folders.push_back(folder);
      is_added = true;
    }
  }
}

TEST(Documents, architecture_maps_every_folder_in_order) {
  std::vector<std::string> folders;
  const std::string build = text_of(source_root() / "meson.build");
  const std::regex call("\n *subdir\\('((?:src|fs|index)[^']*)'\\)");
  for (std::sregex_iterator i(build.begin(), build.end(), call), end; i != end; ++i) {
    add_folders((*i)[1], folders);
  }
  const std::string text = text_of(source_root() / "ARCHITECTURE.md");
  const std::string map =
      text.substr(text.find("\n## Map\n"), text.find("\nBeside ") - text.find("\n## Map\n"));
  const std::regex row("\n\\| `([^`]+)` \\|");
  std::vector<std::string> mapped;
  for (std::sregex_iterator i(map.begin(), map.end(), row), end; i != end; ++i) mapped.push_back((*i)[1]);
  EXPECT_GT(folders.size(), 20u);
  EXPECT_EQ(mapped, folders);
}

// Types are `CamelCase` there; words with another meaning are not in backticks.
TEST(Documents, architecture_names_types_that_exist) {
  const Names named = matches(text_of(source_root() / "ARCHITECTURE.md"), "`([A-Z][a-z]+(?:[A-Z][a-z]*)*)`");
  EXPECT_GT(named.size(), 15u);
  std::string sources;
  for (const char* folder : {"src", "fs", "index"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_root() / folder)) {
      if (is_source(entry)) sources += text_of(entry.path());
    }
  }
  for (const std::string& name : named) {
    const bool exists = std::ranges::any_of(
        std::array{"class ", "struct ", "using "},
        [&](const char* keyword) { return sources.find(keyword + name + " ") != std::string::npos; });
    EXPECT_TRUE(exists) << name;
  }
}

// The C++ sources, with the parts of broken string literals joined.
std::string sources_text() {
  std::string sources;
  for (const char* folder : {"src", "fs", "index"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_root() / folder)) {
      if (entry.path().extension() == ".cc") sources += text_of(entry.path());
    }
  }
  std::string joined;
  for (size_t i = 0; i < sources.size(); ++i) {
    const size_t next = sources.find_first_not_of(" \n", i + 1);
    if (sources[i] == '"' && sources[i - 1] != '\\' && next != std::string::npos && next > i + 1 &&
        sources[next] == '"') {
      i = next;
    } else {
      joined += sources[i];
    }
  }
  return joined;
}

// A line "> text ... text" quotes a message; "..." stands for what the program fills in.
TEST(Documents, troubleshooting_quotes_messages_of_the_program) {
  const std::string sources = sources_text();
  const Names quotes = matches(text_of(source_root() / "docs" / "troubleshooting.md"), "\n> ([^\n]+)");
  EXPECT_GT(quotes.size(), 15u);
  for (const std::string& quote : quotes) {
    for (size_t from = 0; from < quote.size();) {
      const size_t dots = std::min(quote.find("...", from), quote.size());
      const std::string part = quote.substr(from, dots - from);
      from = dots + 3;
      const size_t begin = part.find_first_not_of(" :;()");
      const size_t end = part.find_last_not_of(" :;()=,");
      if (begin >= end) continue;
      EXPECT_NE(sources.find(part.substr(begin, end + 1 - begin)), std::string::npos) << part;
    }
  }
}

// The names of samples, without labels.
Names metrics_of_the_program() {
  fs::MetricsFacts facts;
  facts.newest_ns["job"] = 0;
  facts.job_names["job"] = "orders";
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
  const std::filesystem::path source = source_root();
  const Names existing = metrics_of_the_program();
  const Names used = matches(text_of(source / "docs" / "alerts.yml"), "(checkpointfs_[a-z_]+)");
  EXPECT_GE(used.size(), 5u);
  EXPECT_TRUE(std::ranges::includes(existing, used)) << testing::PrintToString(used);
}

// The expressions of a dashboard's panels and variables.
void add_expressions(const boost::json::value& value, std::string* all) {
  if (const boost::json::array* const array = value.if_array()) {
    for (const boost::json::value& item : *array) add_expressions(item, all);
  } else if (const boost::json::object* const object = value.if_object()) {
    for (const auto& member : *object) {
      const bool is_expression = member.key() == "expr" || member.key() == "query";
      if (is_expression && member.value().is_string())
        all->append(member.value().get_string().c_str()).append("\n");
      add_expressions(member.value(), all);
    }
  }
}

TEST(Documents, dashboard_shows_metrics_that_exist) {
  std::string expressions;
  add_expressions(boost::json::parse(text_of(source_root() / "docs" / "dashboard.json")), &expressions);
  const Names existing = metrics_of_the_program();
  const Names used = matches(expressions, "(checkpointfs_[a-z_]+)");
  EXPECT_GE(used.size(), 20u);
  EXPECT_TRUE(std::ranges::includes(existing, used)) << testing::PrintToString(used);
}

TEST(Documents, exit_codes_are_numbered_in_order) {
  int next = 0;
  for (const ExitCodeMeaning& row : exit_codes()) EXPECT_EQ(static_cast<int>(row.code), next++);
}

}  // namespace
}  // namespace checkpointfs::cli
