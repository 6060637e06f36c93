// SPDX-License-Identifier: Apache-2.0
// Other programs' words, suggestions, quiet commands, errors as JSON, and colours.
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "on_terminal.h"
#include "program.h"
#include "tests/cli/aged_storage.h"

namespace checkpointfs::test {
namespace {

namespace json = boost::json;
using Words = std::vector<std::string>;

class OtherWords : public AgedStorage {
 protected:
  Output run(const Words& words) const { return program_.run(words); }
  void expect_same(const Words& words, const Words& own) const {
    const Output theirs = run(words);
    const Output ours = run(own);
    EXPECT_EQ(theirs.out, ours.out) << words.front();
    EXPECT_EQ(theirs.exit_code, ours.exit_code) << words.front() << theirs.err;
    EXPECT_FALSE(theirs.out.empty()) << words.front() << theirs.err;
  }
  void expect_refused(const Words& words, const std::string& text) const {
    const Output output = run(words);
    EXPECT_EQ(output.exit_code, 2) << output.err;
    EXPECT_EQ(output.out, "");
    EXPECT_TRUE(contains(output.err, text)) << output.err;
  }
};

TEST_F(OtherWords, mean_the_command_that_does_the_same) {
  expect_same({"snapshots", source()}, {"list", source()});
  expect_same({"status", source()}, {"jobs", source()});
  expect_same({"check", source()}, {"verify", source()});
  expect_same({"stats", source()}, {"du", source()});
  expect_same({"prune", "--dry-run", "--source", source(), "--grace", "0"},
              {"gc", "--source", source(), "--grace", "0"});
  expect_same({"forget", "-n", path(chk(1))}, {"rm", path(chk(1))});
  expect_same({"version"}, {"--version"});
  expect_same({"help", "snapshots"}, {"help", "list"});
}

TEST_F(OtherWords, options_may_stand_before_the_command) {
  expect_same({"--json", "list", source()}, {"list", "--json", source()});
  expect_same({"--sort", "size", "list", source()}, {"list", "--sort", "size", source()});
  expect_same({"list", "-o", "json", source()}, {"list", "--json", source()});
  expect_same({"-ojson", "list", source()}, {"list", "--json", source()});
  expect_refused({"list", "-o", "yaml", source()}, "the format yaml is unknown; use --json");
}

TEST_F(OtherWords, forget_never_collects_unreferenced_files) {
  const auto before = tree();
  expect_refused({"forget", "--keep-last", "1", "--apply", path(chk(1))},
                 "rm has no option --keep-last; gc has it");
  expect_refused({"rm", "--apply", "--dry-run", path(chk(1))}, "--apply and --dry-run exclude each other");
  EXPECT_EQ(tree(), before);
}

TEST_F(OtherWords, misspelt_options_get_a_suggestion) {
  expect_refused({"list", "--srot", "size", source()}, "list has no option --srot; did you mean --sort?");
  expect_refused({"list", "--jsn", source()}, "did you mean --json?");
  expect_refused({"--verison"}, "did you mean 'checkpointfs --version'?");
  expect_refused({"show", "--newest", source()}, "show has no option --newest; list has it");
  expect_refused({"pin", "--dry-run", path(chk(1))}, "pin has no dry run");
  expect_refused({"list", "-n", source()}, "this command changes no storage");
  expect_refused({"mount", "--allow-other", source(), "/mnt"}, "write -o allow_other");
  expect_refused({"mount", "-o", "pin-on-opne", source(), "/mnt"}, "did you mean -o pin-on-open?");
  expect_refused({"show"}, "see 'checkpointfs help show'");
}

TEST_F(OtherWords, trash_restore_has_a_dry_run) {
  ASSERT_EQ(rm({chk(1), "--apply"}).exit_code, 0);
  const auto before = tree();
  const json::value listed = trash({"list", "--json"}).json();
  const std::string plan = text(listed.at("plans").at(0), "plan");
  const Output dry = trash({"restore", "-n", plan});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_TRUE(contains(dry.out, plan + "  rm ")) << dry.out;
  EXPECT_TRUE(contains(dry.out, "dry run, nothing was changed")) << dry.out;
  EXPECT_EQ(tree(), before);
}

// Every line of standard error is an object; returns the last one.
json::value last_object(const std::string& text) {
  std::istringstream lines(text);
  json::value last;
  for (std::string line; std::getline(lines, line);) last = json::parse(line);
  return last;
}

TEST_F(OtherWords, errors_are_json_where_the_result_would_be) {
  const auto expect_error = [&](const Words& words, int code, const char* name) {
    const Output output = run(words);
    EXPECT_EQ(output.exit_code, code) << output.err;
    const json::value error = last_object(output.err).at("error");
    EXPECT_EQ(error.at("code").as_int64(), code);
    EXPECT_EQ(error.at("name").as_string(), name);
    EXPECT_FALSE(error.at("message").as_string().empty());
  };
  expect_error({"list", "--json", "/nowhere"}, 3, "not_found");
  expect_error({"--json", "list", "/nowhere"}, 3, "not_found");
  expect_error({"list", "--jsn", "--json", source()}, 2, "usage");
  expect_error({"frobnicate", "--json"}, 2, "usage");
  expect_error({"umount", "--json", "/"}, 2, "usage");
  expect_error({"gc", "-o", "json", "/no/plan"}, 2, "usage");
  EXPECT_EQ(last_object(run({"list", "--json", "/nowhere"}).err).at("error").at("path").as_string(),
            "/nowhere");
  EXPECT_TRUE(run({"list", "/nowhere"}).err.starts_with("checkpointfs: "));
  EXPECT_TRUE(run({"list", "--json", source()}).err.empty());
}

TEST_F(OtherWords, quiet_silences_remarks_and_no_result) {
  const Output loud = run({"verify", "--newest-usable", source()});
  EXPECT_TRUE(loud.err.starts_with("looked at: ")) << loud.err;
  const Output quiet = run({"verify", "-q", "--newest-usable", source()});
  EXPECT_EQ(quiet.err, "");
  EXPECT_EQ(quiet.out, loud.out);
  EXPECT_TRUE(run({"list", "-q", "/nowhere"}).err.starts_with("checkpointfs: "));
}

TEST_F(OtherWords, damage_is_red_on_a_terminal_that_has_colours) {
  const auto listed = [&](const char* terminal, const char* no_color) {
    ::setenv("TERM", terminal, 1);
    no_color == nullptr ? ::unsetenv("NO_COLOR") : ::setenv("NO_COLOR", no_color, 1);
    const std::string text = on_terminal({"list", "--index", source() + ".index", source()}, 80);
    expect_tables_fit(text, 80);
    return text;
  };
  const std::string before = std::getenv("TERM") == nullptr ? "" : std::getenv("TERM");
  ASSERT_EQ(std::system(("rm -r " + path(chk(1)) + "/../shared").c_str()), 0);
  EXPECT_TRUE(contains(listed("xterm", nullptr), "\033[31mbroken"));
  EXPECT_FALSE(contains(listed("xterm", "1"), "\033["));
  EXPECT_FALSE(contains(listed("dumb", nullptr), "\033["));
  EXPECT_FALSE(contains(run({"list", source()}).out, "\033["));
  ::setenv("TERM", before.c_str(), 1);
}

}  // namespace
}  // namespace checkpointfs::test
