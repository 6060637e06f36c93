// SPDX-License-Identifier: Apache-2.0
// Broken snapshots are listed, name the reason, and fail on opening; everything else is unharmed.
#include <algorithm>

#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr char kStatus[] = "user.checkpointfs.status";

// A chained storage, one state file of whose newest snapshot is to be broken.
class Broken : public MountTest {
 protected:
  Broken() {
    // The victim is a file that another snapshot needs too.
    const auto links = storage_.expected_links(snapshot_);
    for (const ExpectedHandle& handle : storage_.snapshots().at(snapshot_)) {
      if (handle.kind == "file" && links.at(handle.name()) > 1) victim_ = handle;
    }
    file_ = storage_.file_of(victim_);
  }

  // Everything that the storage, still sound, is expected to show.
  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> all;
    for (const std::string& snapshot : storage_.snapshot_paths()) {
      for (const auto& [name, bytes] : storage_.expected_files(snapshot)) all[snapshot + "/" + name] = bytes;
    }
    return all;
  }

  // The victim is listed, says `reason` everywhere, and EIO on opening; the rest is as `sound`.
  void expect_only_the_victim_broken(const std::map<std::string, std::string>& sound,
                                     const std::string& reason) {
    const Mount mount(storage_.path());
    size_t broken = 0;
    for (const auto& [path, bytes] : sound) {
      if (path.ends_with("/" + victim_.name())) {
        ++broken;
        EXPECT_EQ(read_errno(mount / path), EIO) << path;
        EXPECT_NE(xattr(mount / path, kStatus).find(reason), std::string::npos)
            << xattr(mount / path, kStatus);
      } else {
        EXPECT_EQ(xattr(mount / path, kStatus), "ok") << path;
        EXPECT_TRUE(read_file(mount / path) == bytes) << path << ": other bytes";
      }
    }
    EXPECT_GE(broken, 2U);
    EXPECT_TRUE(set_of(names_in(mount / snapshot_)).contains(victim_.name()));
    EXPECT_EQ(xattr(mount / snapshot_, kStatus).substr(0, 6), "broken");
    EXPECT_EQ(read_errno(mount / (snapshot_ + "/_metadata")), 0);

    const RunResult shown = checkpointfs({"show", mount / snapshot_});
    EXPECT_NE(shown.out.find(reason), std::string::npos) << shown;
    EXPECT_NE(shown.out.find(victim_.name()), std::string::npos) << shown;
    EXPECT_NE(read_file(mount.log()).find(victim_.name()), std::string::npos) << "the log does not say why";
    EXPECT_NE(mount.said().out.find("broken"), std::string::npos) << mount.said();
  }

  const Storage storage_{scenarios_called("chained").back()};
  const std::string snapshot_ = storage_.newest_snapshot();
  ExpectedHandle victim_;
  std::string file_;
};

TEST_F(Broken, a_missing_file_is_listed_and_fails_alone) {
  const auto sound = everything();
  stdfs::remove(file_);
  expect_only_the_victim_broken(sound, "missing");
}

TEST_F(Broken, a_short_file_is_listed_and_fails_alone) {
  const auto sound = everything();
  stdfs::resize_file(file_, stdfs::file_size(file_) - 1);
  expect_only_the_victim_broken(sound, "wrong size");
}

TEST_F(Broken, a_long_file_is_listed_and_fails_alone) {
  const auto sound = everything();
  stdfs::resize_file(file_, stdfs::file_size(file_) + 1);
  expect_only_the_victim_broken(sound, "wrong size");
}

TEST_F(Broken, an_empty_file_is_listed_and_fails_alone) {
  const auto sound = everything();
  stdfs::resize_file(file_, 0);
  expect_only_the_victim_broken(sound, "wrong size");
}

TEST_F(Broken, a_file_that_is_repaired_is_sound_at_the_next_mount) {
  const TempDirectory own;
  const auto sound = everything();
  stdfs::rename(file_, own / "away");
  {
    const Mount mount({{storage_.path()}, {}, own / "index.db"});
    EXPECT_EQ(read_errno(mount / (snapshot_ + "/" + victim_.name())), EIO);
  }
  stdfs::rename(own / "away", file_);
  const Mount mount({{storage_.path()}, {}, own / "index.db"});
  EXPECT_EQ(read_errno(mount / (snapshot_ + "/" + victim_.name())), 0);
  EXPECT_EQ(xattr(mount / snapshot_, kStatus), "ok");
}

TEST_F(Broken, a_file_that_breaks_between_mounts_is_broken_at_the_next) {
  const TempDirectory own;
  { const Mount mount({{storage_.path()}, {}, own / "index.db"}); }
  stdfs::remove(file_);
  const Mount mount({{storage_.path()}, {}, own / "index.db"});
  EXPECT_EQ(read_errno(mount / (snapshot_ + "/" + victim_.name())), EIO);
}

class Unmapped : public MountTest {};

TEST_F(Unmapped, uri_is_listed_and_fails_alone) {
  const Handmade source;
  source.add_snapshot("chk-1",
                      {source.add("shared/good", "good"), file("hdfs://nowhere:8020/flink/shared/far", 5),
                       file("s3://bucket/shared/away", 6)});
  const Mount mount(source.path());
  EXPECT_EQ(set_of(names_in(mount / "chk-1")), set_of({"_metadata", "good", "far", "away"}));
  EXPECT_EQ(read_file(mount / "chk-1/good"), "good");
  for (const char* name : {"far", "away"}) {
    const std::string path = mount / ("chk-1/" + std::string(name));
    EXPECT_EQ(read_errno(path), EIO) << name;
    EXPECT_EQ(xattr(path, kStatus).substr(0, 8), "unmapped") << name;
  }
  const RunResult shown = checkpointfs({"show", mount / "chk-1"});
  EXPECT_NE(shown.out.find("unmapped"), std::string::npos) << shown;
  EXPECT_NE(shown.out.find("hdfs://nowhere:8020/flink/shared"), std::string::npos) << shown;
}

}  // namespace
}  // namespace checkpointfs::test
