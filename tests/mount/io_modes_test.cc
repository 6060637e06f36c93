// SPDX-License-Identifier: Apache-2.0
// The kernel gets the right bytes in each mode, and with the expected number of requests.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <random>
#include <set>

#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr size_t kSmallFiles = 1000;
constexpr size_t kLargeFiles = 8;
constexpr size_t kLarge = 1 << 20;

class IoModes : public MountTest {
 protected:
  // One snapshot of many small files, one of few large ones.
  IoModes() {
    std::mt19937 random(1);
    std::vector<std::string> handles;
    for (size_t i = 0; i < kSmallFiles; ++i) {
      // Names in another order than the metadata has them.
      handles.push_back(
          source_.add("shared/" + std::to_string(i * 7919 % 100'003), pattern(1 + random() % 16'000, i)));
    }
    source_.add_snapshot("chk-1", handles);
    handles.clear();
    for (size_t i = 0; i < kLargeFiles; ++i) {
      handles.push_back(source_.add("shared/large-" + std::to_string(i), pattern(kLarge, i)));
    }
    source_.add_snapshot("chk-2", handles);
  }

  static MountSpec spec(const std::string& source, const std::string& mode) {
    return {{source}, {"-o", "io=" + mode}};
  }

  static boost::json::object status(const Mount& mount) {
    return boost::json::parse(read_file(mount / ".checkpointfs/status")).as_object();
  }

  static std::map<std::string, int64_t> requests(const Mount& mount) {
    std::map<std::string, int64_t> counts;
    const boost::json::object whole = status(mount);
    for (const auto& [name, count] : whole.at("requests").as_object())
      counts[name] = count.to_number<int64_t>();
    return counts;
  }
  struct Copied {
    // Requests, less those of reading `status` itself.
    std::map<std::string, int64_t> requests;
    boost::json::object io;
  };
  Copied copy(const Mount& mount, const std::string& snapshot,
              const std::vector<std::string>& command) const {
    const TempDirectory target;
    const auto before = requests(mount);
    const auto looked = requests(mount);  // the requests of reading `status`
    std::vector<std::string> words = command;
    words.push_back(mount / snapshot);
    words.push_back(target / "copy");
    const RunResult copied = run(words);
    EXPECT_EQ(copied.code, 0) << copied;
    Copied result;
    for (const auto& [name, count] : requests(mount)) {
      result.requests[name] = count - looked.at(name) - (looked.at(name) - before.at(name));
    }
    result.io = status(mount).at("io").as_object();
    EXPECT_TRUE(contents_of(target / "copy") == contents_of(mount / snapshot));
    EXPECT_TRUE(bytes_are_right(target / "copy", snapshot));
    return result;
  }

  bool bytes_are_right(const std::string& copy, const std::string& snapshot) const {
    auto contents = contents_of(copy);
    EXPECT_EQ(contents.erase("_metadata"), 1U);
    EXPECT_EQ(contents.size(), snapshot.starts_with("chk-1") ? kSmallFiles : kLargeFiles);
    return std::ranges::all_of(contents, [&](const auto& file) {
      return read_file(source_ / ("shared/" + file.first)) == file.second;
    });
  }

  const Handmade source_;
};

TEST_F(IoModes, hybrid_asks_once_for_a_small_file_and_never_for_its_bytes) {
  const Mount mount(spec(source_.path(), "hybrid"));
  const Copied copied = copy(mount, "chk-1", {"cp", "-r"});
  constexpr int64_t kFiles = kSmallFiles + 1;
  EXPECT_EQ(copied.requests.at("opens"), kFiles);
  EXPECT_EQ(copied.requests.at("releases"), kFiles);
  EXPECT_EQ(copied.requests.at("reads"), 0);
  EXPECT_EQ(copied.requests.at("flushes"), 0);
  EXPECT_LE(copied.requests.at("attributes"), 2) << "of directories";
  EXPECT_LE(copied.requests.at("lookups"), 3);
  EXPECT_EQ(copied.io.at("stored_files").to_number<int64_t>(), kFiles);
}

// The files of `chk-1` in the order of their inodes.
std::vector<std::string> in_order_of_inodes(const Mount& mount) {
  std::vector<std::pair<ino_t, std::string>> files;
  for (const std::string& name : names_in(mount / "chk-1")) {
    if (name != "_metadata") files.emplace_back(stat_of(mount / ("chk-1/" + name)).st_ino, name);
  }
  std::ranges::sort(files);
  std::vector<std::string> names;
  for (auto& [inode, name] : files) names.push_back(std::move(name));
  return names;
}

TEST_F(IoModes, hybrid_stores_files_before_they_are_opened) {
  const Mount mount(spec(source_.path(), "hybrid"));
  const std::vector<std::string> names = in_order_of_inodes(mount);
  const auto stored = [&] {
    return status(mount).at("io").as_object().at("stored_files").to_number<int64_t>();
  };
  for (size_t i = 0; i < 3; ++i) read_file(mount / ("chk-1/" + names[i]));
  for (int i = 0; i < 200 && stored() < 20; ++i) ::usleep(10'000);
  EXPECT_GE(stored(), 20);
  for (const std::string& name : names)
    ASSERT_TRUE(read_file(mount / ("chk-1/" + name)) == read_file(source_ / ("shared/" + name))) << name;
}

TEST_F(IoModes, file_that_changes_after_it_was_read_ahead_is_not_read_as_it_was) {
  // Without a follower, nothing but the OPEN can notice the change.
  MountSpec mounted = spec(source_.path(), "hybrid");
  mounted.options.back() += ",poll=0";
  const Mount mount(mounted);
  const std::vector<std::string> names = in_order_of_inodes(mount);
  for (size_t i = 0; i < 3; ++i) read_file(mount / ("chk-1/" + names[i]));
  const auto stored = [&] {
    return status(mount).at("io").as_object().at("stored_files").to_number<int64_t>();
  };
  for (int i = 0; i < 200 && stored() < 20; ++i) ::usleep(10'000);
  ASSERT_GE(stored(), 20) << "the first files are not read ahead";
  const auto original = [&](size_t i) { return source_ / ("shared/" + names[i]); };
  const std::string before = read_file(original(5));
  write_file(original(5), std::string(before.size(), '!'));
  stdfs::resize_file(original(6), 1 + read_file(original(6)).size());
  stdfs::remove(original(7));
  for (size_t i = 5; i <= 7; ++i) {
    const std::string path = mount / ("chk-1/" + names[i]);
    const base::UniqueFd open(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!open) {
      EXPECT_EQ(errno, EIO) << names[i];
    } else {
      // The follower was quick: this is the new file.
      ASSERT_EQ(i, 5U);
      EXPECT_TRUE(read_file(path) == read_file(original(5)));
    }
  }
  EXPECT_TRUE(read_file(mount / ("chk-1/" + names[8])) == read_file(original(8)));
}

TEST_F(IoModes, hybrid_lets_the_kernel_read_large_files) {
  NEEDS_ROOT("pass files through");
  const Mount mount(spec(source_.path(), "hybrid"));
  const Copied copied = copy(mount, "chk-2", {"cp", "-r"});
  const std::string passthrough(copied.io.at("passthrough").as_string());
  if (passthrough == "off, needs Linux 6.9" || passthrough == "off, needs libfuse 3.17")
    GTEST_SKIP() << passthrough;
  EXPECT_EQ(passthrough, "on");
  EXPECT_EQ(copied.requests.at("reads"), 0);
  EXPECT_LT(copied.requests.at("bytes_read"), 100) << "looks at status differ in length";
  EXPECT_EQ(copied.requests.at("opens"), static_cast<int64_t>(kLargeFiles) + 1) << "one for the metadata";
}

TEST_F(IoModes, large_file_can_be_opened_by_many_at_once) {
  const Mount mount(spec(source_.path(), "hybrid"));
  const std::string bytes = pattern(kLarge, 3);
  for (int round = 0; round < 20; ++round) {
    std::vector<base::UniqueFd> open;
    for (int i = 0; i < 5; ++i) {
      open.emplace_back(::open((mount / "chk-2/large-3").c_str(), O_RDONLY | O_CLOEXEC));
      ASSERT_TRUE(open.back()) << errno;
    }
    std::string read(kLarge, '\0');
    ASSERT_EQ(::pread(open[static_cast<size_t>(round % 5)].get(), read.data(), kLarge, 0),
              static_cast<ssize_t>(kLarge));
    EXPECT_TRUE(read == bytes);
  }
}

TEST_F(IoModes, hybrid_tells_of_a_file_that_shrank_while_the_kernel_read_it) {
  NEEDS_ROOT("pass files through");
  const Mount mount(spec(source_.path(), "hybrid"));
  if (std::string(status(mount).at("io").as_object().at("passthrough").as_string()) != "on")
    GTEST_SKIP() << "no passthrough here";
  {
    const base::UniqueFd open(::open((mount / "chk-2/large-0").c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(open);
    stdfs::resize_file(source_ / "shared/large-0", 5);
  }
  const auto is_told = [&] { return read_file(mount.log()).find("shrank") != std::string::npos; };
  for (int i = 0; i < 100 && !is_told(); ++i) ::usleep(20'000);
  EXPECT_TRUE(is_told()) << read_file(mount.log());
}

// Copies directories in order, so that the next one is looked up ahead, and then makes the index anew, in
// which each file of that directory has the number of another one.
void expect_right_bytes_of_a_new_index(const std::string& mode) {
  constexpr size_t kFiles = 200;
  const Handmade source;
  const auto name = [](size_t snapshot, size_t file) {
    return std::to_string(snapshot) + "-" + std::to_string(file);
  };
  for (size_t snapshot = 0; snapshot < 4; ++snapshot) {
    std::vector<std::string> handles;
    for (size_t file = 0; file < kFiles; ++file)
      handles.push_back(
          source.add("shared/" + name(snapshot, file), pattern(5000, snapshot * kFiles + file)));
    source.add_snapshot("chk-" + std::to_string(snapshot), handles);
  }
  const std::string copies = source.outside("copies");
  stdfs::create_directory(copies);
  const std::string index = source.outside("index");
  const Mount mount({{source.path()}, {"-o", "io=" + mode}, index, {}});
  EXPECT_EQ(run({"cp", "-r", mount / "chk-1", mount / "chk-2", copies}).code, 0);
  const auto changes = [&] {
    const boost::json::value now = boost::json::parse(read_file(mount / ".checkpointfs/status"));
    return now.at("following").at("changes").to_number<int64_t>();
  };
  const int64_t before = changes();
  for (const char* suffix : {"", "-wal", "-shm"}) stdfs::remove(index + suffix);
  source.add_snapshot("chk-0", {});
  for (int i = 0; i < 1000 && changes() == before; ++i) ::usleep(10'000);
  ASSERT_GT(changes(), before) << read_file(mount.log());
  ASSERT_EQ(names_in(mount / "chk-0").size(), 1U);
  EXPECT_EQ(run({"cp", "-r", mount / "chk-3", copies}).code, 0);
  for (size_t file = 0; file < kFiles; ++file) {
    const std::string copy = read_file(copies + "/chk-3/" + name(3, file));
    ASSERT_TRUE(copy == pattern(5000, 3 * kFiles + file)) << mode << " " << name(3, file);
  }
}

TEST_F(IoModes, directory_that_was_looked_up_ahead_has_the_bytes_of_a_new_index) {
  for (const char* mode : {"push", "hybrid"}) expect_right_bytes_of_a_new_index(mode);
}

// Copies `snapshots`, one after the other, and then opens the `_metadata` of `next`. Returns true if it was
// made before.
bool is_prepared(const std::vector<int>& snapshots, int next) {
  const Handmade source;
  for (int snapshot = 0; snapshot < 7; ++snapshot) {
    std::vector<std::string> handles;
    for (int file = 0; file < 300; ++file) {
      const std::string name = std::to_string(snapshot) + "-" + std::to_string(file);
      handles.push_back(source.add("shared/" + name, pattern(100, static_cast<size_t>(file))));
    }
    source.add_snapshot("chk-" + std::to_string(snapshot), handles);
  }
  const Mount mount({{source.path()}, {"-o", "io=push"}});
  const TempDirectory copies;
  for (const int snapshot : snapshots) {
    EXPECT_EQ(run({"cp", "-r", mount / ("chk-" + std::to_string(snapshot)), copies.path()}).code, 0);
    ::usleep(300'000);
  }
  const auto made = [&] {
    const boost::json::value now = boost::json::parse(read_file(mount / ".checkpointfs/status"));
    return now.at("metadata_cache").at("misses").to_number<int64_t>();
  };
  const int64_t before = made();
  read_file(mount / ("chk-" + std::to_string(next) + "/_metadata"));
  return made() == before;
}

// The opposite cannot be expected: a busy machine has no time to prepare a directory.
TEST_F(IoModes, next_directory_is_not_prepared_for_a_program_that_goes_another_way) {
  EXPECT_FALSE(is_prepared({0, 2, 4}, 5));
}

// Each of them reads in an order of its own.
TEST_F(IoModes, push_asks_for_few_of_the_files_that_are_read_one_after_the_other) {
  NEEDS_PROGRAM("rsync");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"cp", "-r"}, {"rsync", "-a", "--inplace"}}) {
    const Mount mount(spec(source_.path(), "push"));
    std::vector<std::string> words = command;
    const Copied copied = copy(mount, words[0] == "rsync" ? "chk-1/" : "chk-1", words);
    EXPECT_LE(copied.requests.at("opens"), 1) << words[0];
    EXPECT_EQ(copied.requests.at("releases"), 0) << words[0];
    EXPECT_LE(copied.requests.at("flushes"), 1) << words[0];
    // The number depends on how far the prefetcher is ahead; it is most of the files in any case.
    EXPECT_LE(copied.requests.at("reads"), static_cast<int64_t>(kSmallFiles) / 2) << words[0];
    EXPECT_GE(copied.io.at("stored_files").to_number<int64_t>(), static_cast<int64_t>(kSmallFiles) / 2)
        << words[0];
  }
}

TEST_F(IoModes, push_stays_right_when_files_are_read_in_no_order) {
  const Mount mount(spec(source_.path(), "push"));
  std::vector<std::string> names = names_in(mount / "chk-1");
  std::shuffle(names.begin(), names.end(), std::mt19937(3));
  for (const std::string& name : names) {
    if (name == "_metadata") continue;
    ASSERT_TRUE(read_file(mount / ("chk-1/" + name)) == read_file(source_ / ("shared/" + name))) << name;
  }
}

TEST_F(IoModes, push_shows_texts_of_the_moment_whole) {
  const Mount mount(spec(source_.path(), "push"));
  for (int i = 0; i < 20; ++i) {
    EXPECT_NO_THROW(status(mount)) << "no JSON";
    EXPECT_EQ(read_file(mount / ("chk-2/large-" + std::to_string(i % 8))).size(), kLarge);
  }
  EXPECT_GE(requests(mount).at("reads"), 8);
  const std::string files = read_file(mount / ".checkpointfs/index/files.jsonl");
  EXPECT_EQ(static_cast<size_t>(std::ranges::count(files, '\n')), kSmallFiles + kLargeFiles);
  EXPECT_EQ(stat_of(mount / ".checkpointfs/index/files.jsonl").st_size, static_cast<off_t>(files.size()));
}

TEST_F(IoModes, long_listing_asks_for_pages_of_names_and_for_nothing_of_each_file) {
  const Mount mount(spec(source_.path(), "hybrid"));
  const auto before = requests(mount);
  const auto looked = requests(mount);
  const RunResult listed = run({"ls", "-l", mount / "chk-1"});
  EXPECT_EQ(static_cast<size_t>(std::ranges::count(listed.out, '\n')), kSmallFiles + 2)
      << "total, and the metadata";
  const auto after = requests(mount);
  int64_t asked = 0;
  for (const char* kind : {"lookups", "attributes", "listings", "xattrs", "opens"}) {
    asked += after.at(kind) - looked.at(kind) - (looked.at(kind) - before.at(kind));
  }
  EXPECT_LE(asked, 20) << "for " << kSmallFiles << " files";
}

// All pages but the first are made ahead.
TEST_F(IoModes, listing_has_each_name_once_whatever_the_size_of_its_pages) {
  const Mount mount(spec(source_.path(), "hybrid"));
  for (const size_t size : {300, 1024, 4096, 32768, 1 << 20}) {
    const base::UniqueFd directory(::open((mount / "chk-1").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(directory);
    std::multiset<std::string> names;
    std::vector<char> buffer(size);
    for (;;) {
      const ssize_t got = ::getdents64(directory.get(), buffer.data(), buffer.size());
      ASSERT_GE(got, 0) << errno;
      if (got == 0) break;
      for (ssize_t at = 0; at < got;) {
        const auto* const entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
        names.insert(entry->d_name);
        at += entry->d_reclen;
      }
    }
    EXPECT_EQ(names.size(), kSmallFiles + 3) << size << ": with the metadata, . and ..";
    EXPECT_EQ((std::set<std::string>(names.begin(), names.end()).size()), names.size()) << size;
  }
}

TEST_F(IoModes, auto_is_told_by_status_with_its_reason) {
  const Mount mixed(spec(source_.path(), "auto"));
  const boost::json::object io = status(mixed).at("io").as_object();
  EXPECT_EQ(io.at("mode").as_string(), "push");
  EXPECT_NE(std::string(io.at("why").as_string()).find("1000 small files, 8.0 MiB in large ones"),
            std::string::npos);
}

TEST_F(IoModes, unknown_mode_is_refused_with_those_there_are) {
  const TempDirectory mount_point;
  const RunResult refused = checkpointfs({"mount", "-o", "io=fast", source_.path(), mount_point.path()});
  EXPECT_EQ(refused.code, 2) << refused;
  EXPECT_NE(refused.err.find("io=hybrid"), std::string::npos) << refused;
}

}  // namespace
}  // namespace checkpointfs::test
