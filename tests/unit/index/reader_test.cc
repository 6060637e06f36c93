// SPDX-License-Identifier: Apache-2.0
#include "index/read/reader_pool.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <initializer_list>
#include <thread>

#include "index/database/index_file.h"
#include "index/read/reader_queries.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

using test::file;
using test::relative;
using test::segment;
using Names = std::vector<std::string>;

class ReaderTest : public testing::Test {
 protected:
  ReaderTest() {
    storage_.state_file("job/shared/a", 10);
    storage_.state_file("job/shared/merged", 100);
    storage_.state_file("other/shared/a", 20);
    const std::string merged = storage_.uri("job/shared/merged");
    storage_.snapshot("job/chk-1", {in("job/shared/a", 10), segment(merged, 0, 40), segment(merged, 40, 60)});
    storage_.snapshot("job/chk-2",
                      {in("other/shared/a", 20), in("job/shared/a", 10), segment(merged, 40, 60)});
    storage_.scan();
  }
  std::string in(const std::string& path, int64_t size) const { return file(storage_.uri(path), size); }
  Names paths(const std::vector<Reference>& references) {
    Names result;
    for (const Reference& reference : references)
      result.push_back(reference.snapshot.path + "/" + reference.name);
    return result;
  }

  test::IndexedStorage storage_;
};

TEST(WastedBytes, are_those_of_merged_files_that_lie_in_no_needed_segment) {
  test::IndexedStorage storage;
  storage.state_file("job/shared/merged", 100);
  const std::string merged = storage.uri("job/shared/merged");
  storage.snapshot("job/chk-1", {segment(merged, 10, 20), segment(merged, 25, 30)});
  storage.scan();
  EXPECT_EQ(55U, storage.reader().references().wasted_bytes());
  storage.close_reader();
  storage.snapshot("job/chk-2", {file(merged, 100)});
  storage.scan();
  EXPECT_EQ(0U, storage.reader().references().wasted_bytes()) << "somebody needs all of it";
}

TEST_F(ReaderTest, lists_from_any_position) {
  const int64_t directory = storage_.find("job/chk-1").id.id;
  std::vector<std::pair<std::string, uint64_t>> all;
  storage_.reader().projection().list(directory, 0, [&](const Node& node, uint64_t position) {
    all.emplace_back(node.name, position);
    return true;
  });
  ASSERT_EQ(4u, all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    Names rest;
    storage_.reader().projection().list(directory, all[i].second, [&](const Node& node, uint64_t) {
      rest.push_back(node.name);
      return true;
    });
    EXPECT_EQ(all.size() - i - 1, rest.size());
    if (!rest.empty()) {
      EXPECT_EQ(all[i + 1].first, rest.front());
    }
    EXPECT_LT(all[i].second, uint64_t{1} << 63);  // an off_t
  }
}

TEST_F(ReaderTest, listing_goes_on_where_it_was_when_directories_come_and_go) {
  for (const char* name : {"e", "f", "g", "h"}) storage_.snapshot(std::string("dirs/") + name, {});
  storage_.scan();
  const int64_t directory = storage_.find("dirs").id.id;
  uint64_t position = 0;
  storage_.reader().projection().list(directory, 0, [&](const Node& node, uint64_t p) {
    position = p;
    return node.name != "f";
  });
  test::remove_all(storage_.path("dirs/f"));
  storage_.snapshot("dirs/a", {});
  storage_.scan();
  Names rest;
  storage_.reader().projection().list(directory, position, [&](const Node& node, uint64_t) {
    rest.push_back(node.name);
    return true;
  });
  EXPECT_EQ((Names{"g", "h", "a"}), rest);
}

TEST_F(ReaderTest, list_lookup_and_node_agree) {
  for (const char* path : {"", "job", "job/chk-1", "job/chk-2"}) {
    const int64_t directory = storage_.find(path).id.id;
    storage_.reader().projection().list(directory, 0, [&](const Node& listed, uint64_t) {
      const auto found = storage_.reader().projection().lookup(directory, listed.name);
      EXPECT_TRUE(found.has_value()) << path << "/" << listed.name;
      EXPECT_EQ(listed.id, found->id);
      EXPECT_EQ(listed.name, found->name);
      const auto node = storage_.reader().projection().node(listed.id);
      for (const Attributes& a : {found->attributes, node->attributes}) {
        EXPECT_EQ(listed.attributes.size, a.size);
        EXPECT_EQ(listed.attributes.mode, a.mode);
        EXPECT_EQ(listed.attributes.mtime_ns, a.mtime_ns);
        EXPECT_EQ(listed.attributes.links, a.links);
      }
      if (listed.id.kind == NodeKind::kDirectory) {
        EXPECT_EQ(directory, storage_.reader().projection().parent(listed.id.id));
      }
      return true;
    });
  }
  EXPECT_EQ(1, storage_.reader().projection().parent(1));
}

TEST_F(ReaderTest, what_is_not_there_is_not_found) {
  Reader& reader = storage_.reader();
  EXPECT_FALSE(reader.projection().node({NodeKind::kDirectory, 999}));
  EXPECT_FALSE(reader.projection().node({NodeKind::kMetadata, 1}));
  EXPECT_FALSE(reader.projection().node({NodeKind::kFile, 999}));
  EXPECT_FALSE(reader.projection().node({static_cast<NodeKind>(9), 1}));
  EXPECT_FALSE(reader.projection().parent(999));
  EXPECT_FALSE(reader.projection().lookup(1, "_metadata"));
  EXPECT_FALSE(reader.projection().lookup(1, "a"));
  EXPECT_FALSE(reader.projection().lookup(999, "job"));
  // A name that another snapshot's file has.
  EXPECT_FALSE(reader.projection().lookup(storage_.find("job/chk-2").id.id, "merged-0-40"));
  EXPECT_FALSE(reader.projection().file(999));
  EXPECT_FALSE(reader.snapshots().find(1));
  EXPECT_FALSE(reader.snapshots().find_by_path("job"));
  EXPECT_FALSE(reader.snapshots().find_by_path("job/chk-1/a"));
}

TEST_F(ReaderTest, snapshot_is_found_by_path_however_it_is_written) {
  for (const char* path : {"job/chk-1", "/job/chk-1/", "job//chk-1"}) {
    EXPECT_TRUE(storage_.reader().snapshots().find_by_path(path)) << path;
  }
}

TEST_F(ReaderTest, references_are_found_by_place_uri_and_name) {
  Reader& reader = storage_.reader();
  const Names a = {"job/chk-1/a", "job/chk-2/" + storage_.list("job/chk-2")[2]};
  EXPECT_EQ(a, paths(reader.references().to(storage_.source(), "job/shared/a")));
  EXPECT_EQ(a, paths(reader.references().by_uri(storage_.uri("job/shared/a"))));
  EXPECT_EQ(a, paths(reader.references().by_uri("file://" + storage_.path("job/./shared//a"))));
  EXPECT_EQ(a, paths(reader.references().by_uri(storage_.path("job/shared/a"))));
  EXPECT_EQ((Names{"job/chk-1/a", "job/chk-2/a", a[1]}), paths(reader.references().by_name("a")));
  EXPECT_EQ((Names{"job/chk-1/a", a[1]}),
            paths(reader.references().by_name(a[1].substr(a[1].rfind('/') + 1))));
  EXPECT_EQ((Names{"job/chk-1/merged-0-40", "job/chk-1/merged-40-60", "job/chk-2/merged-40-60"}),
            paths(reader.references().by_name("merged")));
  EXPECT_EQ((Names{"job/chk-1/merged-0-40", "job/chk-1/merged-40-60", "job/chk-2/merged-40-60"}),
            paths(reader.references().by_name("merged-40-60")));
  EXPECT_TRUE(reader.references().by_name("nothing").empty());
  EXPECT_TRUE(reader.references().by_uri("s3://nothing").empty());
  EXPECT_TRUE(reader.references().to("/nowhere", "a").empty());
}

TEST_F(ReaderTest, unmapped_file_is_found_by_its_uri) {
  storage_.snapshot("job/chk-3", {file("s3a://b/x", 10)});
  storage_.scan();
  EXPECT_EQ((Names{"job/chk-3/x"}), paths(storage_.reader().references().by_uri("s3://b/x")));
}

TEST_F(ReaderTest, calls_may_be_made_inside_callbacks) {
  Reader& reader = storage_.reader();
  int files = 0;
  reader.snapshots().for_each([&](const Snapshot& outer) {
    reader.snapshots().for_each([&](const Snapshot&) { reader.snapshots().exclusive_bytes(outer.id); });
    reader.projection().list(outer.id, 0, [&](const Node& node, uint64_t) {
      files += node.id.kind == NodeKind::kFile;
      return reader.projection().lookup(outer.id, node.name).has_value();
    });
  });
  EXPECT_EQ(6, files);
}

TEST_F(ReaderTest, exception_from_a_callback_leaves_the_reader_usable) {
  EXPECT_THROW(storage_.reader().snapshots().for_each([](const Snapshot&) { throw 1; }), int);
  storage_.snapshot("job/chk-3", {});
  storage_.scan();
  EXPECT_EQ(3u, storage_.reader().totals().snapshots);
}

TEST_F(ReaderTest, tells_how_much_lies_in_large_files_as_snapshots_come_and_go) {
  const auto sizes = [&] {
    const SizeDistribution d = storage_.reader().size_distribution();
    return std::array{d.files, d.bytes, d.large_files, d.large_bytes};
  };
  const auto before = sizes();
  EXPECT_EQ(0u, before[2]);
  const size_t large = kLargeFile;
  storage_.state_file("job/shared/large", large);
  storage_.state_file("job/shared/small", large - 1);
  storage_.state_file("job/taskowned/merged", 2 * large);
  storage_.snapshot("job/chk-7",
                    {in("job/shared/large", static_cast<int64_t>(large)),
                     in("job/shared/small", static_cast<int64_t>(large) - 1),
                     segment(storage_.uri("job/taskowned/merged"), 0, static_cast<int64_t>(large))});
  storage_.scan();
  EXPECT_EQ((std::array{before[0] + 3, before[1] + 3 * large - 1, uint64_t{1}, uint64_t{large}}), sizes());
  test::remove_all(storage_.path("job/chk-7"));
  storage_.scan();
  EXPECT_EQ(before, sizes());
}

TEST_F(ReaderTest, pool_serves_many_threads) {
  ReaderPool pool(storage_.index_file(), 2);
  std::atomic<int> found = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) found += pool.borrow()->snapshots().find_by_path("job/chk-1").has_value();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(400, found);
}

TEST_F(ReaderTest, sees_one_state_of_the_index_in_each_call_while_it_changes) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; i < 40; ++i) {
      if (i % 2 == 0) {
        storage_.snapshot("job/chk-1", {in("job/shared/a", 10)});
      } else {
        storage_.snapshot("job/chk-1", {in("job/shared/a", 10), in("other/shared/a", 20)});
      }
      scan(storage_.options, {});
    }
    stop = true;
  });
  Reader reader(storage_.index_file());
  const int64_t directory = reader.snapshots().find_by_path("job/chk-1")->id;
  while (!stop) {
    Names names;
    reader.projection().list(directory, 0, [&](const Node& node, uint64_t) {
      names.push_back(node.name);
      return true;
    });
    EXPECT_TRUE(names.size() == 2 || names.size() == 3 || names.size() == 4) << names.size();
    EXPECT_EQ(2u, reader.totals().snapshots);
  }
  writer.join();
}

// SQLite's plan for a query, one step in each line.
std::string plan(Connection& db, const char* sql) {
  // Statements are kept by the address of their text: it must live as long as the connection.
  static std::vector<std::unique_ptr<std::string>> texts;
  texts.push_back(std::make_unique<std::string>(std::string("EXPLAIN QUERY PLAN ") + sql));
  Statement rows(db, texts.back()->c_str());
  std::string text;
  while (rows.step()) text += rows.string(3) + "\n";
  return text;
}

TEST_F(ReaderTest, no_query_reads_a_whole_table_of_files) {
  const auto db = open_index_to_read(storage_.index_file());
  for (const char* query : queries::kAll) {
    const std::string steps = plan(*db, query);
    ASSERT_NE("", steps);
    for (const char* scan :
         {"SCAN r", "SCAN f", "SCAN sf", "SCAN files", "SCAN state_file_rows", "SCAN reference_rows"}) {
      // "SCAN ro" is the small table of roots.
      for (size_t at = steps.find(scan); at != std::string::npos; at = steps.find(scan, at + 1)) {
        const char after = steps[at + std::string_view(scan).size()];
        EXPECT_TRUE(after != '\n' && after != ' ') << query << "\n" << steps;
      }
    }
  }
}

TEST_F(ReaderTest, queries_for_directories_need_no_sorting) {
  const auto db = open_index_to_read(storage_.index_file());
  for (const char* query : std::initializer_list<const char*>{
           queries::kFiles, queries::kFileNodes, queries::kFileIds, queries::kDirectories,
           queries::kSnapshotsOfSource, queries::kExclusive}) {
    EXPECT_EQ(std::string::npos, plan(*db, query).find("TEMP B-TREE")) << query << "\n" << plan(*db, query);
  }
  for (const char* step : {"files_by_name (name=?)", "sf USING INDEX state_files_by_name (name=?)",
                           "references_by_file (file_id=? AND snapshot_id=?)"}) {
    EXPECT_NE(std::string::npos, plan(*db, queries::kFileByName).find(step))
        << plan(*db, queries::kFileByName);
  }
  EXPECT_NE(std::string::npos,
            plan(*db, queries::kFileByAlias).find("references_by_alias (alias=? AND snapshot_id=?)"))
      << plan(*db, queries::kFileByAlias);
}

}  // namespace
}  // namespace checkpointfs::index
