// SPDX-License-Identifier: Apache-2.0
// Metrics of real mounts: the file in the control directory, and HTTP.
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <deque>
#include <sstream>

#include "eventually.h"
#include "harness.h"
#include "http.h"
#include "tests/support/handmade.h"

namespace checkpointfs::test {
namespace {

constexpr char kFile[] = ".checkpointfs/metrics";

class Metrics : public MountTest {
 protected:
  Metrics() {
    source_.add_snapshot("job/chk-1", {source_.add("shared/a", "first"), source_.add("shared/b", "second")});
    source_.add_snapshot("job/chk-2", {source_.add("shared/b", "second"), file("hdfs://far/away", 3)});
  }

  MountSpec spec(const std::string& mode = "auto") const {
    return {{source_.path()}, {"--metrics", "0", "-o", "io=" + mode}};
  }

  static boost::json::object status(const Mount& mount) {
    return boost::json::parse(read_file(mount / ".checkpointfs/status")).as_object();
  }
  static std::string url_of(const Mount& mount) {
    return std::string(status(mount).at("metrics").as_string());
  }

  using Samples = std::map<std::string, std::string>;
  static Samples samples_of(const std::string& text) {
    Samples samples;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("#")) samples[line.substr(0, line.rfind(' '))] = line.substr(line.rfind(' ') + 1);
    }
    return samples;
  }
  // Names and labels.
  static std::vector<std::string> series_of(const std::string& text) {
    std::vector<std::string> series;
    for (const auto& [name, value] : samples_of(text)) series.push_back(name);
    return series;
  }

  const Handmade source_;
};

TEST_F(Metrics, of_the_file_and_of_http_are_the_same_and_agree_with_status) {
  for (const char* mode : {"hybrid", "push", "plain"}) {
    const Mount mount(spec(mode));
    EXPECT_EQ(read_file(mount / "job/chk-1/a"), "first");
    // The first file check adds a series.
    ASSERT_TRUE(within(Milliseconds(10'000),
                       [&] { return !status(mount).at("file_check").at("age_seconds").is_null(); }));
    const std::string text = read_file(mount / kFile);
    ASSERT_TRUE(text.ends_with("# EOF\n")) << mode << ": " << text;
    const boost::json::object told = status(mount);
    const HttpResponse scraped = get(url_of(mount));
    ASSERT_EQ(scraped.status, 200);
    EXPECT_EQ(series_of(scraped.body), series_of(text));
    const Samples samples = samples_of(scraped.body);
    for (const auto& [sample, key] :
         std::map<std::string, std::string>{{"broken_snapshots", "broken_snapshots"},
                                            {"files", "files"},
                                            {"file_bytes", "bytes"},
                                            {"projected_bytes", "projected_bytes"}}) {
      EXPECT_EQ(samples.at("checkpointfs_" + sample), std::to_string(told.at(key).to_number<uint64_t>()))
          << sample;
    }
    // Requests counted since then are those of reading the two.
    for (const auto& [kind, count] : told.at("requests").as_object()) {
      if (kind == "bytes_read" || kind == "errors") continue;
      const uint64_t now =
          std::stoull(samples.at("checkpointfs_requests_total{kind=\"" + std::string(kind) + "\"}"));
      EXPECT_GE(now, count.to_number<uint64_t>()) << mode << " " << kind;
      EXPECT_LE(now, count.to_number<uint64_t>() + 10) << mode << " " << kind;
    }
    EXPECT_GE(std::stoull(samples.at("checkpointfs_read_bytes_total")), text.size()) << mode;
    EXPECT_EQ(samples.at("checkpointfs_build_info{version=\"" + std::string(told.at("version").as_string()) +
                         "\"}"),
              "1");
  }
}

TEST_F(Metrics, tell_what_is_broken_and_how_old_the_newest_sound_checkpoint_is) {
  const Mount mount(spec());
  const Samples samples = samples_of(read_file(mount / kFile));
  EXPECT_EQ(samples.at("checkpointfs_snapshots{status=\"ok\"}"), "1");
  EXPECT_EQ(samples.at("checkpointfs_snapshots{status=\"broken\"}"), "1");
  EXPECT_EQ(samples.at("checkpointfs_missing_files"), "1");
  EXPECT_EQ(samples.at("checkpointfs_exclusive_bytes"), "8");
  EXPECT_EQ(samples.at("checkpointfs_shared_bytes"), "6");
  const double time =
      std::stod(samples.at("checkpointfs_newest_complete_checkpoint_timestamp_seconds{job=\"job\"}"));
  EXPECT_NEAR(time, static_cast<double>(mtime_ns(stat_of(source_ / "job/chk-1/_metadata"))) / 1e9, 0.01);
  const double age =
      std::stod(samples.at("checkpointfs_newest_complete_checkpoint_age_seconds{job=\"job\"}"));
  EXPECT_NEAR(age + time, static_cast<double>(::time(nullptr)), 5);
}

TEST_F(Metrics, count_errors) {
  const Mount mount(spec("hybrid"));
  EXPECT_EQ(samples_of(get(url_of(mount)).body).at("checkpointfs_errors_total"), "0");
  EXPECT_EQ(read_errno(mount / "job/chk-2/away"), EIO);
  EXPECT_EQ(samples_of(get(url_of(mount)).body).at("checkpointfs_errors_total"), "1");
}

TEST_F(Metrics, are_not_served_unless_asked_for) {
  const Mount mount(source_.path());
  EXPECT_EQ(status(mount).at("metrics").as_string(), "off");
  EXPECT_TRUE(read_file(mount / kFile).ends_with("# EOF\n"));
}

TEST_F(Metrics, port_that_was_chosen_is_told_by_the_log) {
  const Mount mount(MountSpec{{source_.path()}, {"-o", "metrics=localhost:0"}});
  EXPECT_NE(read_file(mount.log()).find("metrics are served at " + url_of(mount)), std::string::npos)
      << read_file(mount.log());
  EXPECT_TRUE(url_of(mount).starts_with("http://127.0.0.1:"));
}

TEST_F(Metrics, address_that_is_taken_or_none_is_refused_and_nothing_is_left) {
  const Mount first(spec());
  std::string port = url_of(first);
  port = port.substr(17, port.rfind('/') - 17);
  const TempDirectory other;
  stdfs::create_directory(other / "mnt");
  const auto mount_at = [&](const std::string& address) {
    return checkpointfs(
        {"mount", "--index", other / "index", "--metrics", address, source_.path(), other / "mnt"});
  };
  const RunResult taken = mount_at(port);
  EXPECT_EQ(taken.code, 1) << taken;
  EXPECT_NE(taken.err.find("cannot serve metrics at 127.0.0.1:" + port), std::string::npos) << taken;
  const RunResult none = mount_at("nowhere");
  EXPECT_EQ(none.code, 2) << none;
  EXPECT_NE(none.err.find("'nowhere'"), std::string::npos) << none;
  EXPECT_EQ(mount_type_at(other / "mnt"), "");
}

TEST_F(Metrics, slow_clients_delay_neither_others_nor_the_end_of_the_mount) {
  Mount mount(spec());
  const std::string url = url_of(mount);
  std::deque<HttpClient> clients;
  for (int i = 0; i < 40; ++i) {
    clients.emplace_back(url);
    clients.emplace_back(url).send("GET /metrics HTTP/1.1\r\nHo");
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(get(url).status, 200);
  EXPECT_EQ(read_file(mount / "job/chk-1/a"), "first");
  mount.unmount();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8))
      << "less than the server's limits";
  EXPECT_TRUE(clients.back().is_closed());
}

TEST_F(Metrics, can_be_scraped_while_the_mount_is_read_and_ended) {
  for (int i = 0; i < 5; ++i) {
    Mount mount(spec("plain"));
    const std::string url = url_of(mount);
    const Process scraper(
        {"sh", "-c", "while :; do cat \"$1\" >/dev/null; done", "sh", mount / "job/chk-1/a"});
    for (int scrape = 0; scrape < 20; ++scrape) EXPECT_EQ(get(url).status, 200);
    mount.expect_gone();
    ASSERT_EQ(::kill(mount.pid(), SIGTERM), 0);
    EXPECT_TRUE(ends_within(mount.pid(), Milliseconds(10'000)));
  }
}

TEST_F(Metrics, are_what_promtool_takes) {
  NEEDS_PROGRAM("promtool");
  const Mount mount(spec());
  const TempDirectory scratch;
  write_file(scratch / "metrics", get(url_of(mount), "Accept: text/plain\r\n").body);
  const RunResult checked = run({"sh", "-c", "promtool check metrics <\"$1\"", "sh", scratch / "metrics"});
  EXPECT_EQ(checked.code, 0) << checked;
  EXPECT_EQ(checked.err, "") << "complaints that are no errors";
}

}  // namespace
}  // namespace checkpointfs::test
