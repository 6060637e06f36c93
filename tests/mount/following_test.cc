// SPDX-License-Identifier: Apache-2.0
// A mount of sources that change.
#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

// A hash of the bytes, or a note that they cannot be read.
std::string bytes_of(const std::string& path) {
  try {
    return std::to_string(std::hash<std::string>()(read_file(path)));
  } catch (const std::system_error& e) {
    return "errno " + std::to_string(e.code().value());
  }
}

// Everything that can be seen of a mount, but for what differs with the row ids of its index.
std::string everything(const std::string& root) {
  std::ostringstream text;
  for (const auto& [path, st] : tree_of(root)) {
    text << path << ' ' << st.st_mode << ' ' << st.st_size << ' ' << mtime_ns(st);
    if (S_ISREG(st.st_mode)) text << ' ' << st.st_nlink << ' ' << bytes_of(root + "/" + path);
    text << '\n';
  }
  return text.str();
}

std::string uuid(int a, uint64_t b) {
  char text[37];
  std::snprintf(text, sizeof text, "%08x-0000-4000-8000-%012x", static_cast<unsigned>(a),
                static_cast<unsigned>(b));
  return text;
}

std::string targets(const std::string& directory) {
  std::ostringstream text;
  std::vector<std::string> names = names_in(directory);
  std::ranges::sort(names);
  for (const std::string& name : names)
    text << name << " -> " << stdfs::read_symlink(directory + "/" + name).string() << '\n';
  return text.str();
}

std::string all_views(const Mount& mount) {
  return everything(mount.path()) + everything(mount / ".checkpointfs/jobs") +
         everything(mount / ".checkpointfs/operators") + targets(mount / ".checkpointfs/latest") +
         targets(mount / ".checkpointfs/by-time");
}

// All views of the mount; the text of the error, which is no view, if a file goes meanwhile.
std::string views_now(const Mount& mount) {
  try {
    return all_views(mount);
  } catch (const std::system_error& e) {
    return e.what();
  }
}

class Following : public MountTest {
 protected:
  Following() {
    source_.add_snapshot("job/chk-1",
                         {source_.add("job/shared/a", "aaa"), source_.add("job/shared/b", "bb")});
  }

  // Writes as Flink does: files, then the metadata under its name at once.
  void add(const std::string& snapshot, const std::vector<std::string>& handles) const {
    stdfs::create_directories(source_ / snapshot);
    write_file(source_ / (snapshot + "/.tmp"), metadata_of(handles));
    stdfs::rename(source_ / (snapshot + "/.tmp"), source_ / (snapshot + "/_metadata"));
  }
  // True if the mount shows every change it knows of, and the kernel has forgotten the state before.
  static bool is_up_to_date(const Mount& mount) {
    return read_file(mount / ".checkpointfs/status").find("\"behind_seconds\":0E0") != std::string::npos;
  }
  std::string log_of(const Mount& mount) const { return read_file(mount.log()); }

  const Handmade source_;
};

class FollowingInEachMode : public Following, public ::testing::WithParamInterface<const char*> {
 protected:
  MountSpec spec() const { return {{source_.path()}, {"-o", std::string("io=") + GetParam()}}; }
};

TEST_P(FollowingInEachMode, new_checkpoint_is_shown_within_a_second_and_a_deleted_one_is_gone) {
  const Mount mount(spec());
  EXPECT_FALSE(stdfs::exists(mount / "job/chk-2")) << "now the kernel knows that there is none";
  EXPECT_EQ(stat_of(mount / "job/chk-1/a").st_nlink, 1u);
  EXPECT_EQ(names_in(mount / "job").size(), 1u);
  EXPECT_NE(targets(mount / ".checkpointfs/latest").find("chk-1"), std::string::npos);
  EXPECT_EQ(names_in(mount / ".checkpointfs/jobs/job/shared").size(), 2u);

  add("job/chk-2", {source_.add("job/shared/a", "aaa"), source_.add("job/shared/c", "cccc")});
  ASSERT_TRUE(within(kShownSoon, [&] {
    return stdfs::exists(mount / "job/chk-2/_metadata") && is_up_to_date(mount);
  })) << log_of(mount);
  EXPECT_EQ(read_file(mount / "job/chk-2/c"), "cccc");
  EXPECT_EQ(set_of(names_in(mount / "job")), (std::set<std::string>{"chk-1", "chk-2"}));
  EXPECT_EQ(stat_of(mount / "job/chk-1/a").st_nlink, 2u);
  EXPECT_NE(targets(mount / ".checkpointfs/latest").find("chk-2"), std::string::npos);
  EXPECT_EQ(names_in(mount / ".checkpointfs/jobs/job/shared").size(), 3u);
  EXPECT_NE(read_file(mount / ".checkpointfs/index/snapshots.jsonl").find("job/chk-2"), std::string::npos);

  stdfs::remove_all(source_ / "job/chk-1");
  ASSERT_TRUE(within(kShownSoon, [&] { return !stdfs::exists(mount / "job/chk-1") && is_up_to_date(mount); }))
      << log_of(mount);
  EXPECT_EQ(names_in(mount / "job"), std::vector<std::string>{"chk-2"});
  EXPECT_EQ(stat_of(mount / "job/chk-2/a").st_nlink, 1u);
  EXPECT_EQ(names_in(mount / ".checkpointfs/jobs/job/shared").size(), 2u);
}

TEST_P(FollowingInEachMode, shows_what_a_fresh_mount_shows_after_any_history) {
  const Mount mount(spec());
  std::mt19937 random(11);
  std::map<std::string, std::vector<std::string>> files;  // of each job
  for (int step = 0; step < 60; ++step) {
    const std::string job = "jobs/" + std::to_string(random() % 3);
    const std::string snapshot = job + "/chk-" + std::to_string(random() % 4);
    switch (random() % 6) {
      case 0:
        stdfs::remove_all(source_ / snapshot);
        break;
      case 1:
        if (step % 3 != 0) break;
        stdfs::remove_all(source_ / job);
        files[job].clear();
        break;
      case 2:
        if (stdfs::exists(source_ / snapshot))
          stdfs::rename(source_ / snapshot, source_ / (snapshot + "-kept-" + std::to_string(step)));
        break;
      default: {
        // Each name once, as Flink's are.
        std::vector<std::string>& known = files[job];
        for (auto i = random() % 3; i-- > 0;) {
          const std::string name = uuid(step, i);
          known.push_back(source_.add(job + "/shared/" + name, "bytes of " + name));
        }
        std::vector<std::string> handles;
        std::ranges::copy_if(known, std::back_inserter(handles),
                             [&](const std::string&) { return random() % 2 == 0; });
        add(snapshot, handles);
      }
    }
    if (random() % 2 == 0) views_now(mount);  // so that the kernel has something to forget
    if (step % 6 != 5) continue;
    const Mount fresh(source_.path());
    const std::string expected = all_views(fresh);
    EXPECT_TRUE(within(3 * kShownSoon, [&] { return views_now(mount) == expected; }))
        << "step " << step << "\nfresh:\n"
        << expected << "\nfollowed:\n"
        << views_now(mount) << log_of(mount);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Io, FollowingInEachMode, ::testing::Values("hybrid", "push", "plain"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(Following, metadata_in_progress_is_never_taken_for_corrupt) {
  const Mount mount(source_.path());
  const std::string whole = metadata_of({source_.add("job/shared/a", "aaa")});
  stdfs::create_directory(source_ / "job/chk-2");
  for (const size_t part : {size_t{0}, size_t{3}, whole.size() / 2, whole.size() - 1}) {
    write_file(source_ / "job/chk-2/_metadata", whole.substr(0, part));
    std::this_thread::sleep_for(Milliseconds(150));
    EXPECT_FALSE(stdfs::exists(mount / "job/chk-2")) << part << " bytes of it are shown";
  }
  write_file(source_ / "job/chk-2/_metadata", whole);
  ASSERT_TRUE(within(kShownSoon, [&] { return stdfs::exists(mount / "job/chk-2/a"); })) << log_of(mount);
  EXPECT_EQ(log_of(mount).find("chk-2 is"), std::string::npos) << log_of(mount);
}

TEST_F(Following, file_that_vanishes_is_an_error_for_who_opens_it_and_the_log_names_the_snapshot) {
  const Mount mount({{source_.path()}, {"-o", "io=hybrid"}});
  const base::UniqueFd open(::open((mount / "job/chk-1/a").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(open);
  stdfs::remove(source_ / "job/shared/a");
  stdfs::remove(source_ / "job/shared/b");
  char bytes[8];
  EXPECT_EQ(::pread(open.get(), bytes, sizeof bytes, 0), 3) << "who has it open reads on";
  EXPECT_EQ(read_errno(mount / "job/chk-1/b"), EIO);
  EXPECT_TRUE(within(kShownSoon, [&] {
    return log_of(mount).find("job/chk-1 is broken") != std::string::npos;
  })) << log_of(mount);
  EXPECT_NE(xattr(mount / "job/chk-1", "user.checkpointfs.status").find("broken"), std::string::npos);
}

TEST_F(Following, sources_that_are_polled_are_followed_too) {
  const Mount mount({{source_.path()}, {"--poll", "1"}});
  EXPECT_NE(read_file(mount / ".checkpointfs/status").find("\"how\":\"polling\""), std::string::npos);
  add("job/chk-2", {source_.add("job/shared/c", "c")});
  EXPECT_TRUE(within(3 * kShownSoon, [&] { return stdfs::exists(mount / "job/chk-2/c"); })) << log_of(mount);
}

TEST_F(Following, can_be_switched_off_and_a_signal_has_it_look) {
  const Mount mount({{source_.path()}, {"-o", "poll=0"}});
  add("job/chk-2", {source_.add("job/shared/c", "c")});
  std::this_thread::sleep_for(Milliseconds(1'500));
  EXPECT_FALSE(stdfs::exists(mount / "job/chk-2"));
  ASSERT_EQ(::kill(mount.pid(), SIGUSR1), 0);
  EXPECT_TRUE(within(kShownSoon, [&] { return stdfs::exists(mount / "job/chk-2/c"); })) << log_of(mount);
}

TEST_F(Following, more_changes_than_the_kernel_keeps_account_of_lead_to_a_rescan) {
  const Mount mount(source_.path());
  ASSERT_TRUE(within(kShownSoon, [&] {
    return read_file(mount / ".checkpointfs/status").find("\"scans\":1") != std::string::npos;
  }));
  ASSERT_EQ(::kill(mount.pid(), SIGSTOP), 0);
  const int most = std::stoi(read_file("/proc/sys/fs/inotify/max_queued_events"));
  for (int i = 0; i < most / 2 + 1000; ++i) {
    const std::string directory = source_ / ("d" + std::to_string(i % 7));
    ASSERT_EQ(::mkdir(directory.c_str(), 0755), 0);
    ASSERT_EQ(::rmdir(directory.c_str()), 0);
  }
  add("late/chk-9", {});
  ASSERT_EQ(::kill(mount.pid(), SIGCONT), 0);
  EXPECT_TRUE(within(5 * kShownSoon, [&] { return stdfs::exists(mount / "late/chk-9"); })) << log_of(mount);
  EXPECT_NE(log_of(mount).find("inotify queue overflow"), std::string::npos) << log_of(mount);
}

size_t watches_of(const Mount& mount) {
  size_t watches = 0;
  const std::string infos = "/proc/" + std::to_string(mount.pid()) + "/fdinfo";
  for (const std::string& fd : names_in(infos)) {
    std::ifstream file(infos + "/" + fd);  // of a descriptor that was closed meanwhile: empty
    const std::string info(std::istreambuf_iterator<char>(file), {});
    for (size_t at = info.find("inotify wd"); at != std::string::npos; at = info.find("inotify wd", at + 1))
      ++watches;
  }
  return watches;
}

TEST_F(Following, directories_of_state_files_take_one_watch_each) {
  const Mount mount(source_.path());
  const size_t expected = 4;  // the source, the job, the snapshot, `shared`
  EXPECT_TRUE(within(kShownSoon, [&] { return watches_of(mount) == expected; })) << watches_of(mount);
}

// "ok", "broken"
std::string status_of(const Mount& mount, const std::string& snapshot) {
  const std::string text = xattr(mount / snapshot, "user.checkpointfs.status");
  return text.substr(0, text.find(':'));
}

std::string metric(const Mount& mount, const std::string& name) {
  const std::string text = "\n" + read_file(mount / ".checkpointfs/metrics");
  const size_t at = text.find("\n" + name + " ");
  if (at == std::string::npos) return "";
  const size_t from = at + name.size() + 2;
  return text.substr(from, text.find('\n', from) - from);
}

TEST_F(Following, needed_file_that_vanishes_breaks_its_snapshot_and_heals_it_when_it_is_back) {
  const Mount mount(source_.path());
  ASSERT_TRUE(within(kShownSoon, [&] { return watches_of(mount) == 4; }));
  stdfs::rename(source_ / "job/shared/a", source_ / "job/shared/a.gone");
  EXPECT_TRUE(within(4 * kShownSoon, [&] { return status_of(mount, "job/chk-1") == "broken"; }))
      << log_of(mount);
  EXPECT_EQ(metric(mount, "checkpointfs_broken_snapshots"), "1");
  EXPECT_TRUE(within(kShownSoon, [&] {
    return log_of(mount).find("job/chk-1 is broken: 1 of 2 files cannot be read: a (missing)") !=
           std::string::npos;
  })) << log_of(mount);
  stdfs::rename(source_ / "job/shared/a.gone", source_ / "job/shared/a");
  EXPECT_TRUE(within(4 * kShownSoon, [&] { return status_of(mount, "job/chk-1") == "ok"; })) << log_of(mount);
  EXPECT_EQ(read_file(mount / "job/chk-1/a"), "aaa");
  EXPECT_TRUE(within(kShownSoon, [&] {
    return log_of(mount).find("job/chk-1 is whole again") != std::string::npos;
  })) << log_of(mount);
}

TEST_F(Following, directory_of_needed_files_that_is_moved_away_breaks_snapshots_until_it_is_back) {
  const Mount mount(source_.path());
  ASSERT_TRUE(within(kShownSoon, [&] { return watches_of(mount) == 4; }));
  stdfs::rename(source_ / "job/shared", source_ / "job/.shared");
  EXPECT_TRUE(within(4 * kShownSoon, [&] { return status_of(mount, "job/chk-1") == "broken"; }))
      << log_of(mount);
  stdfs::rename(source_ / "job/.shared", source_ / "job/shared");
  EXPECT_TRUE(within(4 * kShownSoon, [&] { return status_of(mount, "job/chk-1") == "ok"; })) << log_of(mount);
}

TEST_F(Following, signal_has_it_look_at_all_files_and_the_age_of_that_look_is_told) {
  const Mount mount({{source_.path()}, {"-o", "poll=0"}});
  stdfs::remove(source_ / "job/shared/b");
  ASSERT_EQ(::kill(mount.pid(), SIGUSR1), 0);
  EXPECT_TRUE(within(4 * kShownSoon, [&] { return status_of(mount, "job/chk-1") == "broken"; }))
      << log_of(mount);
  EXPECT_TRUE(within(
      kShownSoon, [&] { return !metric(mount, "checkpointfs_last_file_check_timestamp_seconds").empty(); }));
  const std::string status = read_file(mount / ".checkpointfs/status");
  EXPECT_NE(status.find("\"file_check\":{\"age_seconds\":"), std::string::npos) << status;
  EXPECT_EQ(status.find("\"age_seconds\":null"), std::string::npos) << status;
}

TEST_F(Following, sources_that_are_polled_have_their_files_looked_at_too) {
  const Mount mount({{source_.path()}, {"--poll", "1"}});
  stdfs::remove(source_ / "job/shared/b");
  EXPECT_TRUE(within(4 * kShownSoon, [&] { return status_of(mount, "job/chk-1") == "broken"; }))
      << log_of(mount);
  source_.add("job/shared/b", "bb");
  EXPECT_TRUE(within(4 * kShownSoon, [&] { return status_of(mount, "job/chk-1") == "ok"; })) << log_of(mount);
}

TEST_F(Following, checkpoint_that_is_deleted_file_by_file_is_never_told_to_be_broken) {
  add("job/chk-2", {source_.add("job/chk-2/own", "own")});
  const Mount mount(source_.path());
  ASSERT_TRUE(stdfs::exists(mount / "job/chk-2/own"));
  stdfs::remove(source_ / "job/chk-2/own");
  std::this_thread::sleep_for(Milliseconds(100));
  stdfs::remove_all(source_ / "job/chk-2");
  ASSERT_TRUE(within(2 * kShownSoon, [&] { return !stdfs::exists(mount / "job/chk-2"); }));
  std::this_thread::sleep_for(Milliseconds(1'200));
  EXPECT_EQ(log_of(mount).find("broken"), std::string::npos) << log_of(mount);
}

}  // namespace
}  // namespace checkpointfs::test
