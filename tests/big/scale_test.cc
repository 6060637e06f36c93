// SPDX-License-Identifier: Apache-2.0
// 2,000 snapshots with a million references, made by tests/bench/make-storage: what the commands answer, in
// which time, and what a mount of them takes.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <numeric>

#include <boost/json.hpp>

#include "tests/mount/harness.h"

namespace checkpointfs::test {
namespace {

namespace json = boost::json;

#ifdef __SANITIZE_ADDRESS__
constexpr uint64_t kPerJob = 10;
constexpr bool kMeasured = false;  // the sanitizer's own time and memory is greater
#else
constexpr uint64_t kPerJob = 200;
constexpr bool kMeasured = true;
#endif
constexpr uint64_t kJobs = 10;
constexpr uint64_t kFiles = 500;  // of each snapshot
constexpr uint64_t kNew = 25;     // of them, not in the snapshot before
constexpr uint64_t kSize = 1 << 20;
constexpr uint64_t kSnapshots = kJobs * kPerJob;
// The first snapshot of the first job brings all of its files along, each other one a few.
constexpr uint64_t kAllFiles = kFiles + (kSnapshots - 1) * kNew;
constexpr Milliseconds kLong{600'000};

std::string job(uint64_t number) {
  const std::string digit = number == 10 ? "a" : std::to_string(number);
  return std::string(31, '0') + digit;
}

std::string snapshot(uint64_t of_job, uint64_t number) {
  return job(of_job) + "/chk-" + std::to_string(number);
}

double seconds(const struct timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// The processor time of all child processes that were awaited.
double cpu_seconds() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A line of /proc/<pid>/status, in KiB.
uint64_t memory_of(pid_t pid, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stoull(line.substr(name.size() + 1));
  }
  return 0;
}

class Million : public MountTest {
 protected:
  static void SetUpTestSuite() {
    directory_ = new TempDirectory;
    made_ = run({CHECKPOINTFS_MAKE_STORAGE, "--chain", "--snapshots", std::to_string(kSnapshots), "--jobs",
                 std::to_string(kJobs), "--files", std::to_string(kFiles), "--new", std::to_string(kNew),
                 "--size", std::to_string(kSize), source()},
                kLong);
    // The command runs on a terminal, where it prints its progress.
    const std::string program = checkpointfs_command({}).at(0);
    const double before = wall_seconds();
    first_ =
        run({"script", "-qefc", program + " index --index " + index() + " " + source(), "/dev/null"}, kLong);
    first_seconds_ = wall_seconds() - before;
  }
  static void TearDownTestSuite() {
    delete directory_;
    directory_ = nullptr;
  }
  void SetUp() override {
    MountTest::SetUp();
    ASSERT_EQ(made_.code, 0) << made_;
    ASSERT_EQ(first_.code, 0) << first_;
  }

  static std::string source() { return *directory_ / "source"; }
  static std::string index() { return *directory_ / "index"; }

  // Runs a command three times on the warm index and returns the JSON that it prints. The fastest run must
  // take less than a second of processor time.
  static json::value answer(const std::string& command, std::vector<std::string> words) {
    words.insert(words.begin(), {command, "--json", "--index", index()});
    double cpu = 1e9;
    double wall = 1e9;
    RunResult result;
    for (int i = 0; i < 3; ++i) {
      const double cpu_before = cpu_seconds();
      const double wall_before = wall_seconds();
      result = checkpointfs(words, kLong);
      cpu = std::min(cpu, cpu_seconds() - cpu_before);
      wall = std::min(wall, wall_seconds() - wall_before);
      EXPECT_EQ(result.code, 0) << result;
    }
    std::cout << command << ": " << wall << " s, of the processor " << cpu << " s" << std::endl;
    if (kMeasured) {
      EXPECT_LT(cpu, 1.0) << command;
    }
    return json::parse(result.out);
  }
  static uint64_t number(const json::value& value, const char* key) {
    return value.at(key).to_number<uint64_t>();
  }

  static TempDirectory* directory_;
  static RunResult made_;
  static RunResult first_;
  static double first_seconds_;
};

TempDirectory* Million::directory_ = nullptr;
RunResult Million::made_;
RunResult Million::first_;
double Million::first_seconds_ = 0;

TEST_F(Million, indexing_says_on_a_terminal_how_far_it_is) {
  std::cout << "index: " << first_seconds_ << " s" << std::endl;
  EXPECT_NE(first_.out.find("read: " + std::to_string(kSnapshots)), std::string::npos) << first_;
  if (first_seconds_ < 2) GTEST_SKIP() << "it was done before there was anything to say";
  EXPECT_NE(first_.out.find("\r\033[Kreading: "), std::string::npos) << first_;
  EXPECT_NE(first_.out.find(" snapshots\r\033[K"), std::string::npos) << first_;
}

TEST_F(Million, du_divides_every_byte) {
  const json::value du = answer("du", {source()});
  EXPECT_EQ(number(du, "files"), kAllFiles);
  EXPECT_EQ(number(du, "total"), kAllFiles * kSize);
  ASSERT_EQ(du.at("snapshots").as_array().size(), kSnapshots);
  for (const json::value& row : du.at("snapshots").as_array()) {
    EXPECT_EQ(number(row, "total"), kFiles * kSize);
    EXPECT_EQ(number(row, "exclusive") + number(row, "shared") + number(row, "other_jobs"), kFiles * kSize);
  }
  uint64_t once = 0;  // bytes that only one job needs
  for (const json::value& row : du.at("jobs").as_array()) once += number(row, "exclusive");
  // Only neighbours have files in common at full size.
  if (kMeasured) {
    EXPECT_EQ(once, (kAllFiles - (kJobs - 1) * (kFiles - kNew)) * kSize);
  }
}

TEST_F(Million, refs_names_every_snapshot_that_needs_a_file) {
  const json::value diff = answer("diff", {"--source", source(), snapshot(2, 4), snapshot(2, 5)});
  const json::value& files = diff.at("only_b").at("files");
  ASSERT_EQ(files.as_array().size(), kNew) << "new in chk-5";
  const std::string uri(files.at(0).at("uri").as_string());
  const json::value refs = answer("refs", {"--source", source(), uri.substr(uri.find('/'))});
  std::set<std::string> needing;
  for (const json::value& reference : refs.at("files").at(0).at("references").as_array()) {
    needing.emplace(reference.at("snapshot").as_string());
  }
  std::set<std::string> expected;  // a file is new once, and needed until enough others are
  for (uint64_t i = 0; i < kFiles / kNew; ++i) {
    const uint64_t number = 5 - 1 + i;
    if (2 + number / kPerJob <= kJobs) expected.insert(snapshot(2 + number / kPerJob, 1 + number % kPerJob));
  }
  EXPECT_EQ(needing, expected);
}

TEST_F(Million, diff_of_neighbours_has_what_is_new_and_what_is_gone) {
  const json::value diff = answer("diff", {"--source", source(), snapshot(3, 7), snapshot(3, 8)});
  EXPECT_EQ(diff.at("only_a").at("files").as_array().size(), kNew);
  EXPECT_EQ(diff.at("only_b").at("files").as_array().size(), kNew);
  EXPECT_EQ(number(diff.at("both"), "bytes"), (kFiles - kNew) * kSize);
}

TEST_F(Million, chain_leads_from_each_job_to_the_one_before) {
  const json::value chain = answer("chain", {source()});
  ASSERT_EQ(chain.at("jobs").as_array().size(), kJobs);
  for (uint64_t i = 0; i < kJobs; ++i) {
    const json::value& row = chain.at("jobs").at(i);
    EXPECT_EQ(row.at("job").as_string(), job(i + 1));
    EXPECT_EQ(number(row, "snapshots"), kPerJob);
    std::map<std::string, uint64_t> needs;
    for (const json::value& need : row.at("needs").as_array()) {
      needs[std::string(need.at("job").as_string())] = number(need, "files");
    }
    const uint64_t own = kPerJob * kNew + (i == 0 ? kFiles - kNew : 0);
    EXPECT_EQ(needs[job(i + 1)], own);
    if (i > 0) {
      EXPECT_EQ(needs[job(i)], std::min(kFiles - kNew, kPerJob * kNew + (i == 1 ? kFiles - kNew : 0)));
    }
    if (kMeasured) {
      EXPECT_EQ(needs.size(), i == 0 ? 1U : 2U);
    }
  }
}

TEST_F(Million, metrics_are_told_at_once) {
  const Mount mount(MountSpec{{source()}, {}, index()});
  double fastest = 1000;
  std::string text;
  for (int i = 0; i < 5; ++i) {
    const double before = wall_seconds();
    text = read_file(mount / ".checkpointfs/metrics");
    fastest = std::min(fastest, wall_seconds() - before);
  }
  std::cout << "metrics: " << fastest << " s" << std::endl;
  EXPECT_NE(text.find("\ncheckpointfs_files " + std::to_string(kAllFiles) + "\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\ncheckpointfs_missing_files 0\n"), std::string::npos);
  if (kMeasured) {
    EXPECT_LT(fastest, 0.2);
  }
}

TEST_F(Million, is_listed_by_a_mount_in_constant_memory) {
  const Mount mount(MountSpec{{source()}, {}, index()});
  const auto list = [&](const std::string& directory) {
    const double before = wall_seconds();
    const RunResult listed = run({"sh", "-c", "ls -lR \"$1\" | wc -l", "sh", mount / directory}, kLong);
    EXPECT_EQ(listed.code, 0) << listed;
    const uint64_t lines = std::stoull(listed.out);
    std::cout << "ls -lR /" << directory << ": " << lines << " lines, " << wall_seconds() - before << " s, "
              << memory_of(mount.pid(), "VmRSS") << " KiB" << std::endl;
    return lines;
  };
  list(job(1));
  const uint64_t of_a_tenth = memory_of(mount.pid(), "VmHWM");
  ASSERT_GT(of_a_tenth, 0U);
  // Each directory has two lines and an empty one more than it has names, but for the empty line before the
  // first.
  const uint64_t names = kJobs + kSnapshots + kSnapshots * (kFiles + 1);
  EXPECT_EQ(list(""), names + 3 * (1 + kJobs + kSnapshots) - 1);
  const uint64_t of_all = memory_of(mount.pid(), "VmHWM");
  EXPECT_GT(list(".checkpointfs/jobs/" + job(2)), kPerJob * kNew);
  EXPECT_GT(list(".checkpointfs/operators/" + job(2)), kPerJob * kFiles);
  EXPECT_GT(list(".checkpointfs/by-time"), kSnapshots);
  const RunResult lines =
      run({"sh", "-c", "wc -l <\"$1\"", "sh", mount / ".checkpointfs/index/references.jsonl"}, kLong);
  EXPECT_EQ(std::stoull(lines.out), kSnapshots * kFiles);
  const uint64_t of_the_views = memory_of(mount.pid(), "VmHWM");
  std::cout << "peak memory: " << of_a_tenth << " KiB after a tenth, " << of_all << " KiB after all, "
            << of_the_views << " KiB after the other views" << std::endl;
  if (!kMeasured) return;
  EXPECT_LT(of_all, of_a_tenth + 16 * 1024) << "KiB, which is less than 20 bytes for each file more";
  EXPECT_LT(of_the_views, 64U * 1024) << "KiB";
}

}  // namespace
}  // namespace checkpointfs::test
