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

NamedFile whole(int64_t size) {
  NamedFile file;
  file.uri = "file:/elsewhere/a";
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

TEST(SeenFiles, has_each_file_once_with_all_snapshots_that_name_it) {
  const SeenFiles files({"/b", "/a"});
  FileRecorder recorder(files);
  recorder.add(0, {"/a", "job/shared/x"}, whole(3));
  recorder.add(0, {"/a", "job/shared/x"}, whole(3));
  recorder.add(0, {"/b", "x"}, whole(3));
  recorder.end_snapshot(0);
  recorder.end_snapshot(1);
  recorder.add(2, {"/a", "job/shared/x"}, whole(3));
  recorder.end_snapshot(2);
  recorder.look_at_all(
      [](const Place& place) { return place.root == "/a" ? there(3) : storage::StateFileFacts(); },
      [](const FileRecorder::Look&, const Numbers&) {});

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

// The snapshots for which a file of this size is not as they recorded it; -1: it is not there.
Numbers broken_by(const SeenFiles& files, int64_t size) {
  Numbers snapshots;
  files.database().execute("DELETE FROM facts");
  FileRecorder(files).look_at_all(
      [&](const Place&) { return size < 0 ? storage::StateFileFacts() : there(size); },
      [&](const FileRecorder::Look&, const Numbers& all) { snapshots = all; });
  return snapshots;
}

TEST(SeenFiles, tells_which_snapshots_recorded_another_size) {
  const SeenFiles files({"/a"});
  FileRecorder recorder(files);
  recorder.add(0, {"/a", "x"}, whole(3));
  recorder.end_snapshot(0);
  recorder.add(1, {"/a", "x"}, whole(4));
  recorder.end_snapshot(1);
  EXPECT_EQ((Numbers{0, 1}), broken_by(files, -1));
  EXPECT_EQ((Numbers{1}), broken_by(files, 3));
  EXPECT_EQ((Numbers{0}), broken_by(files, 4));
}

TEST(SeenFiles, tells_which_snapshots_have_segments_behind_the_end) {
  const SeenFiles files({"/a"});
  FileRecorder recorder(files);
  recorder.add(0, {"/a", "x"}, segment(2, 3));
  recorder.add(0, {"/a", "x"}, segment(0, 1));
  recorder.end_snapshot(0);
  EXPECT_EQ((Numbers{0}), broken_by(files, 4));
  EXPECT_EQ((Numbers{}), broken_by(files, 5));
  std::vector<std::pair<int64_t, int64_t>> segments;
  files.each_segmented([&](const SegmentedFile& file) { segments = file.segments; });
  EXPECT_EQ((std::vector<std::pair<int64_t, int64_t>>{{0, 1}, {2, 3}}), segments);
}

TEST(SeenFiles, more_than_fit_into_memory_are_found) {
  const SeenFiles files({"/a"});
  FileRecorder recorder(files);
  constexpr uint32_t kFiles = 100'000;
  const auto place = [](uint32_t i) {
    return Place{"/a", base::format("{:08x}-0000-0000-0000-{:012x}", i * 2654435761U, i)};
  };
  for (uint32_t i = 0; i < kFiles; ++i) {
    recorder.add(i / 1000, place(i), whole(i));
    if (i > 0) recorder.add(i / 1000, place(i - 1), whole(i - 1));
    if (i % 1000 == 999) recorder.end_snapshot(i / 1000);
  }
  uint32_t looked = 0;
  recorder.look_at_all([&](const Place&) { return there(1); },
                       [&](const FileRecorder::Look&, const Numbers&) { ++looked; });
  EXPECT_EQ(kFiles, looked);
  for (uint32_t i = 0; i < kFiles; i += 777) {
    const auto file = files.at(place(i));
    ASSERT_TRUE(file) << i;
    EXPECT_EQ(i % 1000 == 999 && i + 1 < kFiles ? 2U : 1U, file->snapshots.size()) << i;
    EXPECT_EQ(i / 1000, file->snapshots.front());
  }
  uint32_t chosen = 0;
  files.each_of({7, 8}, [&](const SeenFile&) { ++chosen; });
  EXPECT_EQ(2001U, chosen);
}

TEST(SeenFiles, no_query_reads_a_whole_table) {
  std::vector<std::unique_ptr<std::string>>
      texts;  // a connection knows statements by the address of their text
  const SeenFiles files;
  for (const char* const query : sql::kAll) {
    texts.push_back(std::make_unique<std::string>(std::string("EXPLAIN QUERY PLAN ") + query));
    std::string steps;
    index::Statement rows(files.database(), texts.back()->c_str());
    while (rows.step()) steps += rows.string(3) + "\n";
    ASSERT_NE("", steps) << query;
    // All segments and all chosen files are asked for.
    const bool reads_all = query == sql::kSegmented || query == sql::kChosen;
    EXPECT_EQ(reads_all, steps.find("SCAN") != std::string::npos) << query << "\n" << steps;
    EXPECT_EQ(query == sql::kChosen, steps.find("TEMP B-TREE") != std::string::npos) << query << "\n"
                                                                                     << steps;
  }
}

}  // namespace
}  // namespace checkpointfs::removal
