// SPDX-License-Identifier: Apache-2.0
// The files of a survey in their database.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text/message.h"
#include "removal/model/seen_files.h"
#include "removal/model/seen_files_sql.h"
#include "removal/survey/file_recorder.h"

namespace checkpointfs::removal {
namespace {

using Numbers = std::vector<uint32_t>;

constexpr auto kNothing = [](const FileRecorder::Look&, const Numbers&) {};

storage::FilePlace elsewhere() {
  storage::FilePlace place;
  place.uri = "file:/elsewhere/a";
  return place;
}

NamedFile whole(int64_t size) {
  static const storage::FilePlace kPlace = elsewhere();
  NamedFile file;
  file.place = &kPlace;
  file.size = size;
  return file;
}

NamedFile segment(int64_t start, int64_t size) {
  NamedFile file = whole(size);
  file.segment = true;
  file.start = start;
  return file;
}

storage::StateFileFacts there(int64_t size) {
  storage::StateFileFacts facts;
  facts.status = storage::FileStatus::kOk;
  facts.device = 1;
  facts.inode = 77;
  facts.size = size;
  return facts;
}

// Files of which all are there, with this size.
FileRecorder::LookAt all_there(int64_t size) {
  return [size](const std::vector<Place>& places) {
    return std::vector<storage::StateFileFacts>(places.size(), there(size));
  };
}

TEST(SeenFiles, has_each_file_once_with_all_snapshots_that_name_it) {
  const SeenFiles files({"/b", "/a"});
  FileRecorder recorder(files);
  recorder.add(0, {0, "job/shared/x"}, whole(3));
  recorder.add(0, {0, "job/shared/x"}, whole(3));
  recorder.add(0, {1, "x"}, whole(3));
  recorder.end_snapshot(0);
  recorder.end_snapshot(1);
  recorder.add(2, {0, "job/shared/x"}, whole(3));
  recorder.end_snapshot(2);
  recorder.look_at_all(
      [](const std::vector<Place>& places) {
        std::vector<storage::StateFileFacts> facts;
        for (const Place& place : places)
          facts.push_back(place.root == "/a" ? there(3) : storage::StateFileFacts());
        return facts;
      },
      kNothing);

  const auto file = files.at({"/a", "job/shared/x"});
  ASSERT_TRUE(file);
  EXPECT_EQ((Numbers{0, 2}), file->snapshots);
  EXPECT_EQ((Place{"/a", "job/shared/x"}), file->place);
  EXPECT_EQ("file:/elsewhere/a", file->uri);
  EXPECT_TRUE(file->is_there);
  EXPECT_EQ(77U, file->identity.inode);
  EXPECT_FALSE(files.at({"/a", "job/shared/y"}));
  EXPECT_FALSE(files.at({"/c", "x"}));

  const auto any = [](const SeenFile&) { return true; };
  EXPECT_EQ("/a", files.first_named("x", any)->place.root);
  EXPECT_EQ("/b", files.first_lost("x", any)->place.root);
  EXPECT_EQ("/a", files.first_link(file->identity, any)->place.root);
  EXPECT_FALSE(files.first_link({1, 78}, any));
  EXPECT_TRUE(files.share(0, 2));
  EXPECT_FALSE(files.share(0, 1));

  std::vector<Place> chosen;
  files.each_of({0}, [&](const SeenFile& one) { chosen.push_back(one.place); });
  EXPECT_EQ((std::vector<Place>{{"/a", "job/shared/x"}, {"/b", "x"}}), chosen) << "by place";
  chosen.clear();
  files.each_of({1}, [&](const SeenFile& one) { chosen.push_back(one.place); });
  EXPECT_TRUE(chosen.empty());
}

// Each snapshot names one file, as given.
using Snapshots = std::vector<std::vector<NamedFile>>;
// The snapshots for which a file of this size is not as they recorded it; -1: it is not there.
Numbers broken_by(const Snapshots& snapshots, int64_t size) {
  const SeenFiles files({"/a"});
  FileRecorder recorder(files);
  for (uint32_t i = 0; i < snapshots.size(); ++i) {
    for (const NamedFile& named : snapshots[i]) recorder.add(i, {0, "x"}, named);
    recorder.end_snapshot(i);
  }
  Numbers broken;
  const auto lost = [](const std::vector<Place>& places) {
    return std::vector<storage::StateFileFacts>(places.size());
  };
  recorder.look_at_all(size < 0 ? lost : all_there(size),
                       [&](const FileRecorder::Look&, const Numbers& all) { broken = all; });
  return broken;
}

TEST(SeenFiles, tells_which_snapshots_recorded_another_size) {
  const Snapshots snapshots = {{whole(3)}, {whole(4)}};
  EXPECT_EQ((Numbers{0, 1}), broken_by(snapshots, -1));
  EXPECT_EQ((Numbers{1}), broken_by(snapshots, 3));
  EXPECT_EQ((Numbers{0}), broken_by(snapshots, 4));
  EXPECT_EQ((Numbers{0}), broken_by({{whole(3), whole(4)}, {whole(3)}}, 3)) << "it contradicts itself";
}

TEST(SeenFiles, tells_which_snapshots_have_segments_behind_the_end) {
  const Snapshots snapshots = {{segment(2, 3), segment(0, 1)}};
  EXPECT_EQ((Numbers{0}), broken_by(snapshots, 4));
  EXPECT_EQ((Numbers{}), broken_by(snapshots, 5));
}

TEST(SeenFiles, has_the_segments_of_files_that_nobody_needs_as_a_whole) {
  const SeenFiles files({"/a"});
  FileRecorder recorder(files);
  recorder.add(0, {0, "x"}, segment(2, 3));
  recorder.add(0, {0, "x"}, segment(0, 1));
  recorder.add(0, {0, "y"}, segment(0, 1));
  recorder.add(0, {0, "y"}, whole(1));
  recorder.end_snapshot(0);
  recorder.look_at_all(all_there(5), kNothing);
  std::vector<std::pair<int64_t, int64_t>> segments;
  files.each_segmented([&](const SegmentedFile& file) {
    EXPECT_EQ("x", file.file.place.path);
    segments = file.segments;
  });
  EXPECT_EQ((std::vector<std::pair<int64_t, int64_t>>{{0, 1}, {2, 3}}), segments);
}

Place numbered(uint32_t i) {
  return Place{"/a", base::format("{:08x}-0000-0000-0000-{:012x}", i * 2654435761U, i)};
}

TEST(SeenFiles, more_than_fit_into_memory_are_found) {
  const SeenFiles files({"/a"});
  FileRecorder recorder(files);
  constexpr uint32_t kFiles = 100'000;
  for (uint32_t i = 0; i < kFiles; ++i) {
    recorder.add(i / 1000, {0, numbered(i).path}, whole(1));
    if (i > 0) recorder.add(i / 1000, {0, numbered(i - 1).path}, whole(1));
    if (i % 1000 == 999) recorder.end_snapshot(i / 1000);
  }
  uint32_t looked = 0;
  recorder.look_at_all(all_there(1), [&](const FileRecorder::Look&, const Numbers& broken) {
    EXPECT_TRUE(broken.empty());
    ++looked;
  });
  EXPECT_EQ(kFiles, looked);
  for (uint32_t i = 0; i < kFiles; i += 777) {
    const auto file = files.at(numbered(i));
    ASSERT_TRUE(file) << i;
    EXPECT_EQ(i % 1000 == 999 && i + 1 < kFiles ? 2U : 1U, file->snapshots.size()) << i;
    EXPECT_EQ(i / 1000, file->snapshots.front());
  }
  uint32_t chosen = 0;
  files.each_of({7, 8}, [&](const SeenFile&) { ++chosen; });
  EXPECT_EQ(2001U, chosen);
}

// So many that a file which the first and the last snapshot name is forgotten between.
TEST(SeenFiles, a_file_that_is_named_again_much_later_is_one_file) {
  const SeenFiles files({"/a"});
  FileRecorder recorder(files);
  constexpr uint32_t kLast = 30;
  recorder.add(0, {0, "x"}, whole(3));
  recorder.add(0, {0, "y"}, segment(0, 5));
  recorder.end_snapshot(0);
  for (uint32_t i = 1; i < kLast; ++i) {
    for (uint32_t j = 0; j < 1000; ++j) recorder.add(i, {0, numbered(i * 1000 + j).path}, whole(1));
    recorder.end_snapshot(i);
  }
  recorder.add(kLast, {0, "x"}, whole(4));
  recorder.add(kLast, {0, "y"}, segment(0, 5));
  recorder.add(kLast, {0, "y"}, segment(5, 2));
  recorder.end_snapshot(kLast);
  uint32_t looked = 0;
  recorder.look_at_all(
      [&](const std::vector<Place>& places) {
        std::vector<storage::StateFileFacts> facts;
        for (const Place& place : places)
          facts.push_back(there(place.path == "x" ? 3 : place.path == "y" ? 7 : 1));
        return facts;
      },
      [&](const FileRecorder::Look& look, const Numbers& broken) {
        EXPECT_EQ(look.place.path == "x" ? Numbers{kLast} : Numbers{}, broken) << look.place.path;
        ++looked;
      });
  EXPECT_EQ((kLast - 1) * 1000 + 2, looked);
  EXPECT_EQ((Numbers{0, kLast}), files.at({"/a", "x"})->snapshots);
  EXPECT_TRUE(files.share(0, kLast));
  EXPECT_FALSE(files.share(0, 1));
  files.each_segmented([&](const SegmentedFile& file) {
    EXPECT_EQ((std::vector<std::pair<int64_t, int64_t>>{{0, 5}, {5, 2}}), file.segments);
    EXPECT_EQ((Numbers{0, kLast}), file.file.snapshots);
  });
}

TEST(SeenFiles, no_query_reads_a_whole_table) {
  std::vector<std::unique_ptr<std::string>>
      texts;  // a connection knows statements by the address of their text
  const SeenFiles files;
  files.database().execute(sql::kIndexByName);
  files.database().execute(sql::kIndexByInode);
  for (const char* const query : sql::kAll) {
    texts.push_back(std::make_unique<std::string>(std::string("EXPLAIN QUERY PLAN ") + query));
    std::string steps;
    index::Statement rows(files.database(), texts.back()->c_str());
    while (rows.step()) steps += rows.string(3) + "\n";
    ASSERT_NE("", steps) << query;
    // All of these are asked for.
    const bool reads_all = query == sql::kSegmented || query == sql::kByPlace || query == sql::kNamed ||
                           query == sql::kAnySegment;
    EXPECT_EQ(reads_all, steps.find("SCAN") != std::string::npos) << query << "\n" << steps;
    EXPECT_EQ(query == sql::kNamed, steps.find("TEMP B-TREE") != std::string::npos) << query << "\n" << steps;
  }
}

}  // namespace
}  // namespace checkpointfs::removal
