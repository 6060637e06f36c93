// SPDX-License-Identifier: Apache-2.0
// The page that `report` writes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <boost/json.hpp>

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

  TemporaryDirectory directory_;
  Program program_{directory_ / "state"};
};

// How many arrows there are in `html` for what chain says.
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
  EXPECT_GT(arrows, 0u);
  EXPECT_EQ(count(html, "data-from="), arrows);
}

TEST_F(Report, has_the_jobs_and_arrows_of_the_chain_and_fetches_nothing) {
  copy_fixture("chained", source());
  const std::string html = report();
  expect_chain(chain(), html);
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
}

TEST_F(Report, of_nothing_is_a_page_too) {
  fs::create_directories(source());
  EXPECT_NE(report().find("0 snapshots of 0 jobs"), std::string::npos);
}

// The page as a browser has it after drawing it.
TEST_F(Report, is_drawn_by_a_browser) {
  std::string browser;
  for (const char* path : {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}) {
    if (browser.empty() && fs::exists(path)) browser = path;
  }
  if (browser.empty()) GTEST_SKIP() << "chromium is not installed";
  copy_fixture("chained", source());
  ASSERT_EQ(program_.run({"report", "-o", directory_ / "page.html", source()}).exit_code, 0);
  const std::string flags =
      " --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
      " --disable-component-update --disable-sync --user-data-dir=" +
      (directory_ / "browser") + " --window-size=1000,1600 --screenshot=" + (directory_ / "page.png") +
      " --dump-dom file://" + (directory_ / "page.html") + " >" + (directory_ / "dom.html") + " 2>/dev/null";
  ASSERT_EQ(std::system(("timeout 60 " + browser + flags).c_str()), 0);
  std::ifstream dom(directory_ / "dom.html");
  const std::string drawn((std::istreambuf_iterator<char>(dom)), std::istreambuf_iterator<char>());
  expect_chain(chain(), drawn);
  // A page of text on white, or on black, would be much smaller.
  EXPECT_GT(fs::file_size(directory_ / "page.png"), 50'000u);
}

}  // namespace
}  // namespace checkpointfs::test
