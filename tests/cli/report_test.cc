// SPDX-License-Identifier: Apache-2.0
// The page that `report` writes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

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

// Expects an arrow in `html` for each reference that `chain` names.
void expect_chain(const json::array& chain, const std::string& html) {
  size_t arrows = 0;
  for (const json::value& job : chain) {
    const std::string name(job.at("job").as_string());
    EXPECT_EQ(count(html, "data-job=\"" + name + "\""), 1u) << name;
    for (const json::value& need : job.at("needs").as_array()) {
      const std::string owner(need.at("job").as_string());
      const size_t expected = owner == name ? 0 : 1;
      EXPECT_EQ(count(html, "data-from=\"" + name + "\" data-to=\"" + owner + "\""), expected)
          << name << owner;
      arrows += expected;
    }
  }
  EXPECT_EQ(count(html, "data-from="), arrows);
}

TEST_F(Report, has_the_jobs_and_arrows_of_the_chain_and_fetches_nothing) {
  copy_fixture("chained", source());
  const std::string html = report();
  expect_chain(chain(), html);
  EXPECT_EQ(count(html, "data-from="), 3u);
  EXPECT_EQ(count(html, "<g class=\"snapshot\">"), 6u);
  EXPECT_NE(html.find("every snapshot is whole"), std::string::npos);
  for (const char* foreign : {"http:", "https:", "<script", "@import", "<link", "url(/"}) {
    EXPECT_EQ(count(html, foreign), 0u) << foreign;
  }
  const Output file = program_.run({"report", "-o", directory_ / "page.html", source()});
  EXPECT_EQ(file.exit_code, 0) << file.err;
  EXPECT_EQ(file.out, "");
  EXPECT_EQ(fs::file_size(directory_ / "page.html"), html.size());
}

TEST_F(Report, escapes_what_it_shows) {
  copy_fixture("chained", source());
  const std::string name = source() + "/<script>alert(1)<\\script>&\"";
  fs::create_directories(name + "/chk-1");
  std::ofstream(name + "/chk-1/_metadata") << "nonsense";
  const std::string html = report();
  EXPECT_EQ(count(html, "<script"), 0u);
  EXPECT_NE(html.find("&lt;script&gt;alert(1)"), std::string::npos);
  EXPECT_NE(html.find("1 broken"), std::string::npos);
  EXPECT_EQ(count(html, "<text class=\"axis bad\""), 1u);
}

TEST_F(Report, of_nothing_is_no_page) {
  fs::create_directories(source());
  const Output output = program_.run({"report", source()});
  EXPECT_EQ(output.exit_code, 3);
  EXPECT_EQ(output.out, "");
}

// The directories of snapshots.
std::set<std::string> jobs_on_disk(const std::string& source) {
  std::set<std::string> jobs;
  for (const auto& entry : fs::recursive_directory_iterator(source)) {
    if (entry.path().filename() != "_metadata") continue;
    jobs.insert(fs::relative(entry.path().parent_path().parent_path(), source));
  }
  return jobs;
}

std::set<std::string> boxes_in(const std::string& html) {
  std::set<std::string> boxes;
  const std::regex box("<g class=\"job\" data-job=\"([^\"]*)\"");
  for (std::sregex_iterator i(html.begin(), html.end(), box), end; i != end; ++i) boxes.insert((*i)[1]);
  return boxes;
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
  EXPECT_EQ(boxes_in(drawn), jobs_on_disk(source()));
  expect_chain(chain(), drawn);
  size_t snapshots = 0;
  for (const auto& entry : fs::recursive_directory_iterator(source())) {
    snapshots += entry.path().filename() == "_metadata";
  }
  EXPECT_EQ(count(drawn, "<g class=\"snapshot\">"), snapshots);
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
    EXPECT_LE(sheets, 3u);
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
