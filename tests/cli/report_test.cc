// SPDX-License-Identifier: Apache-2.0
// The page that `report` writes.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "browser.h"
#include "program.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

size_t count(const std::string& text, const std::string& what) {
  size_t n = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

class Report : public testing::Test {
 protected:
  std::string source() const { return directory_ / "storage"; }

  std::string report() {
    const Output output = program_.run({"report", source()});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return output.out;
  }
  json::array chain() {
    const Output output = program_.run({"chain", "--json", source()});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return output.json().at("jobs").as_array();
  }

  TempDirectory directory_;
  Program program_{directory_ / "state"};
};

// Expects a box in `html` for each job that needs another one or is needed, and an arrow for each reference
// that `chain` names.
void expect_chain(const json::array& chain, const std::string& html) {
  size_t arrows = 0;
  std::set<std::string> connected;
  for (const json::value& job : chain) {
    const std::string name(job.at("job").as_string());
    for (const json::value& need : job.at("needs").as_array()) {
      const std::string owner(need.at("job").as_string());
      const size_t expected = owner == name ? 0 : 1;
      EXPECT_EQ(count(html, "data-from=\"" + name + "\" data-to=\"" + owner + "\""), expected)
          << name << owner;
      arrows += expected;
      if (owner != name) connected.insert({name, owner});
    }
  }
  EXPECT_EQ(count(html, "data-from="), arrows);
  EXPECT_EQ(count(html, "data-job="), connected.size());
  for (const std::string& job : connected) EXPECT_EQ(count(html, "data-job=\"" + job + "\""), 1u) << job;
}

TEST_F(Report, has_the_jobs_and_arrows_of_the_chain_and_fetches_nothing) {
  copy_fixture("chained", source());
  const std::string html = report();
  expect_chain(chain(), html);
  EXPECT_EQ(count(html, "data-from="), 3u);
  EXPECT_EQ(count(html, "<g class=\"snapshot\">"), 2 * 6u) << "in the charts, and in the table of jobs";
  EXPECT_NE(html.find("Every snapshot is complete"), std::string::npos);
  for (const char* foreign : {"http:", "https:", "src=", "@import", "<link", "url(/", " style="}) {
    EXPECT_EQ(count(html, foreign), 0u) << foreign;
  }
  const Output file = program_.run({"report", "-o", directory_ / "page.html", source()});
  EXPECT_EQ(file.exit_code, 0) << file.err;
  EXPECT_EQ(file.out, "");
  EXPECT_EQ(count(read_text(directory_ / "page.html"), "data-from="), 3u);
}

TEST_F(Report, escapes_what_it_shows) {
  copy_fixture("chained", source());
  const std::string name = source() + "/<script>alert(1)<\\script>&\"";
  fs::create_directories(name + "/chk-1");
  std::ofstream(name + "/chk-1/_metadata") << "nonsense";
  const std::string html = report();
  EXPECT_EQ(count(html, "<script>"), 1u) << "its own";
  EXPECT_EQ(count(html, "<script>alert"), 0u);
  EXPECT_NE(html.find("&lt;script&gt;alert(1)"), std::string::npos);
  EXPECT_NE(html.find("<b>1</b> not usable"), std::string::npos);
  EXPECT_EQ(count(html, "<rect class=\"band\""), 2u) << "in the chart, and in the table of jobs";
}

TEST_F(Report, shows_what_is_broken_before_anything_else) {
  copy_fixture("chained", source());
  const std::string job = source() + "/2960957b08e4c57f7cf4a712afcdf82b";
  fs::remove_all(job + "/shared");
  const std::string html = report();
  const size_t broken = html.find("<section id=\"broken\">");
  const size_t jobs = html.find("<section id=\"jobs\">");
  ASSERT_LT(broken, jobs);
  const std::string part = html.substr(broken, jobs - broken);
  EXPECT_EQ(count(part, "<tr><td"), 2u) << part;
  EXPECT_NE(part.find("title=\"2960957b08e4c57f7cf4a712afcdf82b\">2960957b\xE2\x80\xA6\xE2\x81\xA0"
                      "f82b</span>"),
            std::string::npos)
      << part;
  EXPECT_NE(html.find("<td data-label=\"Newest usable\">none</td>"), std::string::npos);
  EXPECT_NE(html.find(">nothing usable</span>"), std::string::npos);
}

TEST_F(Report, names_jobs_by_their_labels) {
  copy_fixture("chained", source());
  ASSERT_EQ(program_.run({"label", "2960957b08e4c57f7cf4a712afcdf82b", "orders"}).exit_code, 0);
  EXPECT_NE(report().find(">orders</span>"), std::string::npos);
}

TEST_F(Report, tells_copies_of_a_labelled_job_apart) {
  const std::string id = "2960957b08e4c57f7cf4a712afcdf82b";
  fs::create_directories(source());
  for (const char* const place : {"/backup", "/prod"}) copy_fixture("chained", source() + place);
  ASSERT_EQ(program_.run({"label", id, "orders"}).exit_code, 0);
  const std::string html = report();
  for (const std::string place : {"backup", "prod"}) {
    EXPECT_NE(
        html.find(">orders</span> <span class=\"path\" title=\"" + place + "/" + id + "\">" + place + "/"),
        std::string::npos)
        << place;
  }
}

TEST_F(Report, names_a_job_without_a_label_by_an_operator_that_no_other_job_has) {
  const std::string job = "3e0d2639abc1829c2b786d9d7f2ef26f";
  copy_fixture("state-2.3.0/kafka", source());
  const auto names = [&] {
    std::vector<json::value> found;
    const json::value told = program_.run({"report", "--json", source()}).json();
    for (const json::value& one : told.at("jobs").as_array()) found.push_back(one.at("operator_name"));
    return found;
  };
  EXPECT_EQ(names(), std::vector<json::value>{"Source: kafka"});
  EXPECT_NE(report().find(">Source: kafka</span>"), std::string::npos);
  fs::copy(source() + "/" + job, source() + "/" + std::string(32, 'a'), fs::copy_options::recursive);
  EXPECT_EQ(names(), std::vector<json::value>(2, nullptr)) << "two jobs have the operator";
  fs::remove_all(source() + "/" + std::string(32, 'a'));
  ASSERT_EQ(program_.run({"label", job, "shipments"}).exit_code, 0);
  EXPECT_EQ(names(), std::vector<json::value>{nullptr}) << "the label is the name";
}

TEST_F(Report, has_the_same_contents_as_json) {
  copy_fixture("chained", source());
  fs::remove_all(source() + "/2960957b08e4c57f7cf4a712afcdf82b/shared");
  const json::value report = program_.run({"report", "--json", source()}).json();
  const json::value jobs = program_.run({"jobs", "--json", source()}).json().at("jobs");
  ASSERT_EQ(report.at("jobs").as_array().size(), jobs.as_array().size());
  for (size_t i = 0; i < jobs.as_array().size(); ++i) {
    const json::object& job = report.at("jobs").at(i).as_object();
    for (const char* key : {"job", "label", "broken_snapshots", "bytes", "own_bytes"})
      EXPECT_EQ(job.at(key), jobs.at(i).at(key)) << key;
    EXPECT_EQ(job.contains("newest_usable"), jobs.at(i).as_object().contains("newest_usable"));
    EXPECT_EQ(job.at("snapshots").as_array().size(), number(jobs.at(i), "snapshots"));
  }
  EXPECT_EQ(number(report.at("totals"), "broken_snapshots"), 2u);
  EXPECT_EQ(report.at("dependencies").as_array().size(), 3u);
  for (const char* key : {"version", "host", "time"}) EXPECT_NE(text(report, key), "") << key;
  EXPECT_EQ(program_.run({"report", "--json", "-o", directory_ / "x", source()}).exit_code, 2);
}

// The state of the newest usable checkpoint of a Kafka job.
class ReportOfState : public Report {
 protected:
  void SetUp() override {
    copy_fixture("state-2.3.0/kafka", source());
    const json::value state = job().at("state_unread");
    if (state.is_string() && state.as_string().find("built without") != json::string::npos)
      GTEST_SKIP() << "the program was built without RocksDB and Snappy";
  }
  json::value job() { return program_.run({"report", "--json", source()}).json().at("jobs").at(0); }
};

TEST_F(ReportOfState, has_the_states_and_the_positions_of_the_newest_snapshot) {
  const json::value told = job();
  EXPECT_TRUE(told.at("state_unread").is_null()) << json::serialize(told.at("state_unread"));
  const json::value positions =
      program_.run({"positions", "--json", source() + "/" + text(told, "newest_usable")}).json();
  EXPECT_EQ(told.at("positions"), positions.at("positions"));
  ASSERT_FALSE(told.at("positions").as_array().empty());
  EXPECT_FALSE(told.at("states").as_array().empty());
  const std::string html = report();
  EXPECT_NE(html.find("<h3>States of chk-"), std::string::npos);
  EXPECT_NE(html.find("<td data-label=\"Connector\">kafka</td>"), std::string::npos);
  EXPECT_NE(html.find("read of 1 of 1 job"), std::string::npos);
}

TEST_F(ReportOfState, says_why_it_could_not_read_a_part) {
  for (const auto& entry : fs::recursive_directory_iterator(source())) {
    if (!entry.is_regular_file() || entry.path().filename() == "_metadata") continue;
    const std::string zeros(entry.file_size(), '\0');
    std::ofstream(entry.path(), std::ios::binary) << zeros;
  }
  EXPECT_TRUE(job().at("state_unread").is_string());
  const std::string html = report();
  EXPECT_NE(html.find("that was not read: "), std::string::npos);
  EXPECT_NE(html.find("read of 0 of 1 job"), std::string::npos);
}

TEST_F(Report, is_not_written_to_a_terminal) {
  copy_fixture("hashmap", source());
  const std::string command = "XDG_STATE_HOME=" + (directory_ / "state") + " script -qec '" +
                              std::getenv("CHECKPOINTFS") + " report " + source() + "' /dev/null >" +
                              (directory_ / "terminal") + " </dev/null";
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 2) << command;
  EXPECT_NE(read_text(directory_ / "terminal").find("give -o FILE"), std::string::npos)
      << read_text(directory_ / "terminal");
}

TEST_F(Report, is_opened_in_the_browser_of_the_user_and_in_none_of_root) {
  copy_fixture("hashmap", source());
  const std::string browser = directory_ / "browser";
  std::ofstream(browser) << "#!/bin/sh\nexec cp \"$1\" " << (directory_ / "opened") << "\n";
  fs::permissions(browser, fs::perms::owner_all);
  ::setenv("TMPDIR", directory_.path().c_str(), 1);
  ::setenv("BROWSER", (browser + ":other").c_str(), 1);
  EXPECT_EQ(program_.run({"report", "--open", source()}).exit_code, 0);
  EXPECT_NE(read_text(directory_ / "opened").find("<section id=\"jobs\">"), std::string::npos);
  ::setenv("BROWSER", (directory_ / "absent").c_str(), 1);
  const Output absent = program_.run({"report", "--open", source()});
  EXPECT_EQ(absent.exit_code, 2);
  EXPECT_NE(absent.err.find("cannot start"), std::string::npos) << absent.err;
  ::unsetenv("BROWSER");
  ::unsetenv("TMPDIR");
  ::unsetenv("DISPLAY");
  ::unsetenv("WAYLAND_DISPLAY");
  const Output none = program_.run({"report", "--open", source()});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.err.find(::geteuid() == 0 ? "root should not start a browser" : "there is no display"),
            std::string::npos)
      << none.err;
}

TEST_F(Report, of_nothing_is_no_page) {
  fs::create_directories(source());
  const Output output = program_.run({"report", source()});
  EXPECT_EQ(output.exit_code, 3);
  EXPECT_EQ(output.out, "");
}

class DrawnReport : public Report, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    if (const std::string missing = Browser::missing(); !missing.empty()) GTEST_SKIP() << missing;
    copy_fixture(GetParam(), source());
    ASSERT_EQ(program_.run({"report", "-o", page(), source()}).exit_code, 0);
  }
  std::string page() const { return directory_ / "page.html"; }

  Browser browser_{directory_.path()};
};

TEST_P(DrawnReport, has_the_nodes_that_the_index_has) {
  const std::string drawn = browser_.document(page());
  expect_chain(chain(), drawn);
  size_t snapshots = 0;
  for (const auto& entry : fs::recursive_directory_iterator(source())) {
    snapshots += entry.path().filename() == "_metadata";
  }
  EXPECT_EQ(count(drawn, "<g class=\"snapshot\">"), 2 * snapshots);
  EXPECT_EQ(count(drawn, "<th><button>"), 3u) << "the page's own policy allows its script";
}

// The number of pixels that have one of `colours`.
uint64_t drawn_in(const Colours& picture, std::initializer_list<uint32_t> colours) {
  uint64_t pixels = 0;
  for (const uint32_t colour : colours) {
    if (const auto found = picture.find(colour); found != picture.end()) pixels += found->second;
  }
  return pixels;
}

constexpr auto kLightBars = {0x2f6fb3u, 0x8fb8deu, 0xd08a2eu};
constexpr auto kDarkBars = {0x6aa5e0u, 0x35587cu, 0xd99a45u};

TEST_P(DrawnReport, is_light_or_dark_as_the_user_prefers) {
  const Colours light = browser_.screenshot(page(), false, 1000, 1200);
  EXPECT_EQ(paper_of(light), 0xffffffu);
  EXPECT_GT(drawn_in(light, kLightBars), 3'000u);
  EXPECT_EQ(drawn_in(light, kDarkBars), 0u);
  EXPECT_GT(drawn_in(light, {0x1c2024u}), 200u) << "ink";
  const Colours dark = browser_.screenshot(page(), true, 1000, 1200);
  EXPECT_EQ(paper_of(dark), 0x15171au);
  EXPECT_GT(drawn_in(dark, kDarkBars), 3'000u);
  EXPECT_EQ(drawn_in(dark, kLightBars), 0u);
  EXPECT_GT(drawn_in(dark, {0xe6e8eau}), 200u) << "ink";
}

TEST_P(DrawnReport, is_black_on_white_on_paper) {
  for (const bool dark : {false, true}) {
    size_t sheets = 0;
    const Colours first = browser_.print(page(), dark, &sheets);
    EXPECT_LE(sheets, 8u);
    EXPECT_EQ(paper_of(first), 0xffffffu);
    EXPECT_GT(drawn_in(first, kLightBars), 500u);
    EXPECT_EQ(drawn_in(first, kDarkBars), 0u);
    EXPECT_GT(drawn_in(first, {0x000000u}), 20u) << "ink";
  }
}

INSTANTIATE_TEST_SUITE_P(Storage, DrawnReport, testing::Values("chained", "file-merging-across", "changelog"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace checkpointfs::test
