// SPDX-License-Identifier: Apache-2.0
#include "storage/snapshot_files.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <stdexcept>

#include "flink/decode.h"
#include "flink/rewrite.h"
#include "tests/support/indexed_storage.h"
#include "storage/projected_name.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::storage {
namespace {

const Resolver& resolver() {
  static const Resolver instance({{1, "/src", true}}, {{"s3://b", "/src/bucket", false, {}}});
  return instance;
}

SnapshotFiles project(const std::string& bytes, const std::string& directory = "job/chk-1") {
  const auto metadata = flink::decode(bytes);
  if (!metadata.has_value()) throw std::runtime_error(to_string(metadata.error()));
  return project_files(*metadata, {1, directory}, resolver());
}

SnapshotFiles project_handles(const std::vector<std::string>& handles,
                              const std::string& directory = "job/chk-1") {
  return project(test::metadata_with(handles), directory);
}

std::vector<std::string> names_of(const SnapshotFiles& files) {
  std::vector<std::string> names;
  for (const ProjectedFile& file : files.files) names.push_back(file.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(SnapshotFiles, two_spellings_of_one_file_are_one_file) {
  const SnapshotFiles files =
      project_handles({test::file("file:/src/job/chk-1/a", 5), test::file("file:///src/job/chk-1/a", 5),
                       test::relative("a", 5), test::relative("../chk-1/a", 5), test::file("s3://b/x", 7),
                       test::file("s3a://b/x", 7), test::file("/src/bucket/x", 7)});
  EXPECT_EQ((Names{"a", "x"}), names_of(files));
  EXPECT_EQ((std::vector<uint32_t>{0, 0, 0, 0, 1, 1, 1}), files.file_of_handle);
  EXPECT_EQ((Names{"a", "a", "a", "a", "x", "x", "x"}), files.names());
  EXPECT_EQ("file:/src/job/chk-1/a", files.files[0].place->uri);
  EXPECT_EQ((Location{1, "job/chk-1/a"}), *files.files[0].place->location);
  EXPECT_EQ("s3://b/x", files.files[1].place->uri);
  EXPECT_EQ((Location{1, "bucket/x"}), *files.files[1].place->location);
}

TEST(SnapshotFiles, lie_where_each_handle_alone_leads_to) {
  const Resolver mapped({{1, "/src", true}, {2, "/mnt/x", false}},
                        {{"s3://b", "/src/bucket", false, {}},
                         {"s3://b/d/one", "/src/elsewhere", false, {}},
                         {"s3://c", "/", false, {}},
                         {"hdfs://nn/d/two", "/src/two", true, "/src/job"}});
  std::vector<std::string> handles;
  for (const char* directory :
       {"s3://b/d/", "s3a://b//d/", "s3://b/d/one/", "file:/src/job/", "/src/", "s3://c/mnt/", "s3://c/",
        "hdfs://nn/d/", "file:///src/job/../job/", "s3://nowhere/", "file://", "/"}) {
    for (const char* name : {"a", "one", "two", "x", "mnt", "src", "..", ".", "", "b\\c", "x:y", "\u00fc"})
      handles.push_back(test::file(std::string(directory) + name, 5));
  }
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    // Many neighbours in one directory, and those of other directories between them.
    for (int n = 0; n < 30; ++n)
      std::swap(handles[random() % handles.size()], handles[random() % handles.size()]);
    const std::string bytes = test::metadata_with(handles);
    const auto metadata = flink::decode(bytes);
    ASSERT_TRUE(metadata.has_value()) << to_string(metadata.error());
    const Location snapshot{1, "job/chk-1"};
    const SnapshotFiles files = project_files(*metadata, snapshot, mapped);
    for (size_t i = 0; i < handles.size(); ++i) {
      const FilePlace alone = place_of(metadata->files[i], snapshot, mapped);
      const FilePlace& place = *files.files[files.file_of_handle[i]].place;
      ASSERT_TRUE(is_same_place(alone, place)) << alone.uri << " and " << place.uri;
    }
    for (const FilePlace& place : files.places) EXPECT_EQ(hash_of(place.root_id(), place.path()), place.hash);
  }
}

TEST(SnapshotFiles, later_of_two_files_with_one_base_name_gets_a_suffix_that_depends_on_its_uri_only) {
  const SnapshotFiles files =
      project_handles({test::file("file:/src/a/f", 5), test::file("file:/src/b/f", 5)});
  const std::string suffixed = "f-" + hash_digits("file:/src/b/f", 8);
  EXPECT_EQ((Names{"f", suffixed}), names_of(files));
  EXPECT_EQ("f", files.files[1].natural_name());
  const SnapshotFiles three = project_handles(
      {test::file("file:/src/c/f", 5), test::file("file:/src/a/f", 5), test::file("file:/src/b/f", 5)});
  EXPECT_EQ(suffixed, three.files[2].name);
}

TEST(SnapshotFiles, made_up_collisions_with_suffixes_still_give_different_names) {
  const std::string uri = "file:/src/b/f";
  std::vector<std::string> handles = {test::file("file:/src/a/f", 5)};
  for (const size_t digits : {8, 16, 32})
    handles.push_back(test::file("file:/src/a/f-" + hash_digits(uri, digits), 5));
  handles.push_back(test::file("file:/src/a/file-" + hash_digits(uri, 32) + "-2", 5));
  handles.push_back(test::file(uri, 5));
  const Names names = names_of(project_handles(handles));
  EXPECT_EQ(names.size(), std::set<std::string>(names.begin(), names.end()).size());
  EXPECT_EQ("file-" + hash_digits(uri, 32) + "-3", names.back());
}

TEST(SnapshotFiles, segments_are_files_of_their_own_named_by_their_range) {
  const SnapshotFiles files =
      project_handles({test::segment("file:/src/m", 0, 10), test::segment("file:/src/m", 10, 5),
                       test::segment("file:/src/m", 0, 10), test::file("file:/src/m", 15)});
  EXPECT_EQ((Names{"m-0-10", "m-10-5", "m"}), names_of(files));
  EXPECT_EQ((std::vector<uint32_t>{0, 1, 0, 2}), files.file_of_handle);
  EXPECT_TRUE(files.files[0].segment);
  EXPECT_EQ(10, files.files[1].start);
  EXPECT_FALSE(files.files[2].segment);
}

TEST(SnapshotFiles, contradicting_sizes_of_one_file_are_two_files) {
  const SnapshotFiles files = project_handles({test::file("file:/src/a", 5), test::file("file:/src/a", 6),
                                               test::file("file:/src/a", -1), test::file("file:/src/a", 6)});
  EXPECT_EQ((std::vector<uint32_t>{0, 1, 0, 1}), files.file_of_handle);
  EXPECT_EQ((Names{"a", "a-" + hash_digits("file:/src/a#6", 8)}), names_of(files));
}

TEST(SnapshotFiles, unknown_size_joins_the_first_exact_one) {
  const SnapshotFiles files = project_handles(
      {test::file("file:/src/a", -1), test::file("file:/src/a", 6), test::file("file:/src/a", 7)});
  EXPECT_EQ((std::vector<uint32_t>{0, 0, 1}), files.file_of_handle);
  EXPECT_TRUE(files.files[0].size_is_exact);
  EXPECT_EQ(6, files.files[0].size);
}

TEST(SnapshotFiles, changelog_files_have_no_exact_size) {
  const SnapshotFiles files =
      project(test::changelog_metadata({test::file("file:/src/d", 100), test::file("file:/src/d", 200)}));
  ASSERT_EQ(1u, files.files.size());
  EXPECT_FALSE(files.files[0].size_is_exact);
}

TEST(SnapshotFiles, hostile_names_are_replaced) {
  const std::string longest(255, 'n');
  const std::string too_long(256, 'n');
  const SnapshotFiles files =
      project_handles({test::file("file:/src/_metadata", 1), test::file("file:/src/C:x", 1),
                       test::file("file:/src/" + too_long, 1), test::file("file:/src/" + longest, 1),
                       test::relative("../..", 1), test::relative("../../../../etc/passwd", 1),
                       test::file("file:/src/.checkpointfs", 1), test::file("x/..", 1),
                       test::file("file:/src/new\nline", 1)});
  for (const ProjectedFile& file : files.files)
    EXPECT_EQ("", flink::name_problem(file.name)) << file.place->uri;
  const Names names = names_of(files);
  EXPECT_EQ("file-" + hash_digits("file:/src/_metadata", 16), names[0]);
  EXPECT_EQ("file-" + hash_digits("file:/src/C:x", 16), names[1]);
  EXPECT_EQ("file-" + hash_digits("file:/src/" + too_long, 16), names[2]);
  EXPECT_EQ(longest, names[3]);
  EXPECT_EQ("new\nline", names.back());
  EXPECT_FALSE(files.files[4].place->location);
  EXPECT_FALSE(files.files[5].place->location);
}

TEST(SnapshotFiles, suffix_of_a_long_name_keeps_it_within_255_bytes) {
  const std::string longest(255, 'n');
  const SnapshotFiles files =
      project_handles({test::file("file:/src/a/" + longest, 1), test::file("file:/src/b/" + longest, 1)});
  EXPECT_EQ("file-" + hash_digits("file:/src/b/" + longest, 8), files.files[1].name);
}

TEST(SnapshotFiles, name_that_is_no_utf8_is_replaced_and_resolves_nowhere) {
  // decode() refuses them; the projection does not rely on it.
  flink::Metadata metadata;
  for (const std::string_view path : {"file:/src/\xff\xfe", "\xed\xa0\x80"}) {
    flink::FileHandle handle;
    handle.tag = path.front() == 'f' ? flink::StreamTag::kFile : flink::StreamTag::kRelative;
    handle.path = path;
    metadata.files.push_back(handle);
  }
  const SnapshotFiles files = project_files(metadata, {1, "job/chk-1"}, resolver());
  for (const ProjectedFile& file : files.files) {
    EXPECT_FALSE(file.place->location);
    EXPECT_EQ(0u, file.name.rfind("file-", 0));
  }
}

TEST(SnapshotFiles, modified_utf8_becomes_utf8) {
  const SnapshotFiles files = project_handles({test::relative("\xed\xa0\xbd\xed\xb8\x80", 1)});  // U+1F600
  EXPECT_EQ("\xf0\x9f\x98\x80", files.files[0].name);
  EXPECT_EQ("job/chk-1/\xf0\x9f\x98\x80", files.files[0].place->location->path);
}

TEST(SnapshotFiles, relative_name_that_leaves_the_source_is_not_what_it_seems_to_be_absolutely) {
  const SnapshotFiles files =
      project_handles({test::relative("../../../other/a", 3), test::file("file:/other/a", 3)});
  EXPECT_EQ(2u, files.files.size());
  EXPECT_FALSE(files.files[0].place->location);
  EXPECT_TRUE(files.files[0].place->relative);
  EXPECT_NE(files.files[0].place->uri, files.files[1].place->uri);
}

TEST(SnapshotFiles, snapshot_may_be_the_source_itself) {
  const SnapshotFiles files = project_handles({test::relative("a", 3), test::relative("../a", 3)}, "");
  EXPECT_EQ((Location{1, "a"}), *files.files[0].place->location);
  EXPECT_FALSE(files.files[1].place->location);
}

TEST(FreeName, has_the_shortest_suffix_that_is_free) {
  std::set<std::string> taken;
  const auto take = [&] {
    return *taken.insert(free_name("a", "x", [&](const std::string& name) { return taken.contains(name); }))
                .first;
  };
  EXPECT_EQ("a", take());
  EXPECT_EQ("a-" + hash_digits("x", 8), take());
  EXPECT_EQ("a-" + hash_digits("x", 16), take());
  EXPECT_EQ("a-" + hash_digits("x", 32), take());
  EXPECT_EQ("file-" + hash_digits("x", 32) + "-2", take());
  EXPECT_EQ("file-" + hash_digits("x", 32) + "-3", take());
}

TEST(SnapshotFiles, have_the_same_names_where_no_place_is_kept) {
  std::vector<std::string> handles;
  for (const char* const uri : {"file:/src/a", "file:///src/a", "file:/src/b/a", "s3://b/a", "hdfs://x/a"}) {
    for (const int64_t size : {5, 6, -1, 5}) handles.push_back(test::file(uri, size));
    for (const int64_t start : {0, 9, 0}) handles.push_back(test::segment(uri, start, 5));
  }
  handles.push_back(test::relative("a", 5));
  handles.push_back(test::relative("../a", 5));
  handles.push_back(test::relative("../../../a", 5));
  const std::string bytes = test::metadata_with(handles);
  const auto metadata = flink::decode(bytes);
  ASSERT_TRUE(metadata.has_value());
  const Location directory{1, "job/chk-1"};
  const SnapshotFiles files = project_files(*metadata, directory, resolver());
  EXPECT_EQ(files.names(), projected_names(*metadata, directory, resolver()));
}

TEST(SnapshotFiles, give_their_names_away) {
  SnapshotFiles files = project_handles(
      {test::file("file:/src/a", 1), test::file("file:/src/b", 1), test::file("file:///src/a", 1)});
  const Names names = files.names();
  EXPECT_EQ((Names{"a", "b", "a"}), names);
  EXPECT_EQ(names, std::move(files).names());
}

TEST(HashDigits, never_change) {
  // Names in copies that people have made depend on it.
  EXPECT_EQ("ef435d68", hash_digits("file:/a", 8));
}

}  // namespace
}  // namespace checkpointfs::storage
