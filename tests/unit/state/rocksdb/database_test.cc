// SPDX-License-Identifier: Apache-2.0
// Databases that Flink wrote: RocksDB 6.20 (Flink 1.20) and 8.10 (Flink 2.3).
#include "state/rocksdb/database.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "base/errors.h"
#include "state/rocksdb/rocksdb_entries.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/state/fixture_snapshot.h"
#include "tests/unit/state/rocksdb/written_database.h"

namespace checkpointfs::state {
namespace {

constexpr size_t kGroupBytes = 1;  // the jobs have 16 key groups
constexpr int kKeys = 100;

std::vector<const flink::KeyedHandle*> databases(const flink::Metadata& metadata) {
  std::vector<const flink::KeyedHandle*> handles;
  for (const flink::KeyedHandle& handle : metadata.keyed) {
    if (handle.tag == flink::KeyedTag::kIncrementalV2) handles.push_back(&handle);
  }
  return handles;
}

std::unique_ptr<Database> opened(std::vector<DatabaseFile> files) {
  auto database = open_database(std::move(files));
  if (!database.has_value()) throw std::runtime_error(to_string(database.error()));
  return std::move(*database);
}

KeyGroups groups_of(const flink::KeyedHandle& handle) {
  return {handle.first_key_group, handle.first_key_group + handle.key_groups - 1};
}

int32_t int_of(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes.at(i));
  return static_cast<int32_t>(value);
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    for (const int digit : {c >> 4 & 15, c & 15}) text += "0123456789ABCDEF"[digit];
  }
  return text;
}

class DatabaseOfFlink : public testing::TestWithParam<const char*> {};

TEST_P(DatabaseOfFlink, has_each_key_of_the_job_once_in_the_order_of_key_groups) {
  for (const auto& snapshot : test::fixture_snapshots(GetParam())) {
    SCOPED_TRACE(snapshot->name());
    const auto handles = databases(snapshot->metadata());
    ASSERT_EQ(handles.size(), 2u);
    std::map<int32_t, int32_t> group_of_key;
    for (const flink::KeyedHandle* const handle : handles) {
      const auto database = opened(snapshot->bytes().database(handle->span));
      const auto& names = database->column_families();
      EXPECT_NE(std::find(names.begin(), names.end(), "_timer_state/processing_user-timers"), names.end());
      const auto entries = rocksdb_entries(*database, "hot", kGroupBytes, {groups_of(*handle), {}});
      std::pair<int32_t, std::string> last{-1, ""};
      while (const auto entry = entries->next()) {
        EXPECT_TRUE(groups_of(*handle).contains(entry->key_group));
        ASSERT_EQ(entry->key.size(), 5u);  // an int, and the byte of VoidNamespace
        EXPECT_EQ(entry->key[4], '\0');
        std::pair<int32_t, std::string> key{entry->key_group, entry->key};
        EXPECT_LT(last, key);
        last = std::move(key);
        EXPECT_TRUE(group_of_key.emplace(int_of(entry->key), entry->key_group).second);
      }
      EXPECT_FALSE(entries->error().has_value());
    }
    ASSERT_EQ(group_of_key.size(), static_cast<size_t>(kKeys));
    EXPECT_EQ(group_of_key.begin()->first, 0);
    EXPECT_EQ(group_of_key.rbegin()->first, kKeys - 1);
  }
}

TEST_P(DatabaseOfFlink, finds_one_key_by_a_seek_in_each_key_group) {
  for (const auto& snapshot : test::fixture_snapshots(GetParam())) {
    SCOPED_TRACE(snapshot->name());
    int found = 0;
    for (const flink::KeyedHandle* const handle : databases(snapshot->metadata())) {
      const auto database = opened(snapshot->bytes().database(handle->span));
      // Four or eight slots of the map state of key 42.
      const std::string prefix("\0\0\0\x2A\0", 5);
      const auto entries = rocksdb_entries(*database, "recent", kGroupBytes, {groups_of(*handle), prefix});
      std::set<int32_t> groups;
      while (const auto entry = entries->next()) {
        groups.insert(entry->key_group);
        EXPECT_EQ(entry->key.substr(0, 5), prefix);
        EXPECT_EQ(entry->key.size(), 9u);
        EXPECT_EQ(entry->value.size(), 9u);  // the flag of null, a long
        ++found;
      }
      EXPECT_LE(groups.size(), 1u);
      EXPECT_FALSE(entries->error().has_value());
      EXPECT_FALSE(entries->next().has_value());
    }
    EXPECT_GE(found, 4);
    EXPECT_LE(found, 8);
  }
}

TEST_P(DatabaseOfFlink, tells_sums_of_its_tables_without_reading_them) {
  for (const auto& snapshot : test::fixture_snapshots(GetParam())) {
    SCOPED_TRACE(snapshot->name());
    uint64_t entries = 0;
    uint64_t raw_bytes = 0;
    for (const flink::KeyedHandle* const handle : databases(snapshot->metadata())) {
      const auto database = opened(snapshot->bytes().database(handle->span));
      const auto sums = database->table_sums("cold-0");
      ASSERT_TRUE(sums.has_value());
      EXPECT_GE(sums->files, 1u);
      EXPECT_GT(sums->bytes, 0u);
      EXPECT_EQ(sums->removals, 0u);
      entries += sums->entries;
      raw_bytes += sums->raw_bytes;
      const auto none = database->table_sums("no such state");
      ASSERT_TRUE(none.has_value());
      EXPECT_EQ(none->entries, 0u);
    }
    // Cold state is written once a key, so the estimate is exact.
    EXPECT_EQ(entries, static_cast<uint64_t>(kKeys));
    EXPECT_GT(raw_bytes, entries * 6);
  }
}

INSTANTIATE_TEST_SUITE_P(Scenario, DatabaseOfFlink,
                         testing::Values("chained", "inline", "file-merging", "file-merging-across",
                                         "native-savepoint", "no-job-id", "unaligned"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// The files of one handle, which a test may damage.
class DamagedDatabase : public testing::Test {
 protected:
  DamagedDatabase() : snapshots_(test::fixture_snapshots("native-savepoint")) {
    const flink::KeyedHandle& handle = *databases(snapshots_.front()->metadata()).front();
    groups_ = groups_of(handle);
    for (const DatabaseFile& file : snapshots_.front()->bytes().database(handle.span)) {
      const auto bytes = file.open();
      std::string content(bytes->size(), '\0');
      bytes->read(0, content.data(), content.size());
      contents_[file.local_name] = content;
    }
  }

  std::vector<DatabaseFile> files() const {
    std::vector<DatabaseFile> files;
    for (const auto& [name, content] : contents_) {
      files.push_back({name, content.size(), [bytes = memory_bytes(content, name)] { return bytes; }});
    }
    return files;
  }
  // Reads every state; the first error.
  std::optional<base::InputError> read_all() const {
    auto database = open_database(files());
    if (!database.has_value()) return database.error();
    for (const std::string& name : (*database)->column_families()) {
      const auto entries = rocksdb_entries(**database, name, kGroupBytes, {groups_, {}});
      while (entries->next()) continue;
      if (entries->error()) return entries->error();
    }
    return std::nullopt;
  }
  std::string table() const {
    for (const auto& [name, content] : contents_) {
      if (name.ends_with(".sst")) return name;
    }
    throw std::runtime_error("no table");
  }

  std::vector<std::unique_ptr<test::FixtureSnapshot>> snapshots_;
  std::map<std::string, std::string> contents_;
  KeyGroups groups_;
};

TEST_F(DamagedDatabase, is_read_whole_while_it_is_not_damaged) {
  EXPECT_FALSE(read_all().has_value());
}

TEST_F(DamagedDatabase, has_the_pairs_that_ldb_prints_while_it_is_not_damaged) {
  if (std::system("command -v ldb > /dev/null") != 0) GTEST_SKIP() << "needs ldb (rocksdb-tools)";
  const test::TempDirectory directory;
  for (const auto& [name, content] : contents_) std::ofstream(directory / name, std::ios::binary) << content;
  const auto database = opened(files());
  std::string all;
  for (const std::string& name : database->column_families()) {
    const std::string command = "ldb --db=" + directory.path() + " --column_family='" + name +
                                "' --hex scan > " + (directory / "printed") + " 2> /dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    std::string expected;
    const auto cursor = database->cursor(name, Database::Access::kScan, "");
    for (cursor->seek(""); cursor->valid(); cursor->next()) {
      expected += "0x" + hex_of(cursor->key()) + " : 0x" + hex_of(cursor->value()) + "\n";
    }
    all += expected;
    EXPECT_EQ(test::read_file(std::filesystem::path(directory / "printed")), expected) << name;
  }
  EXPECT_FALSE(all.empty());
}

TEST_F(DamagedDatabase, names_the_table_whose_block_has_another_checksum) {
  contents_[table()][10] ^= 1;
  const auto error = read_all();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->field, table());
  EXPECT_NE(error->reason.find("checksum"), std::string::npos) << error->reason;
}

TEST_F(DamagedDatabase, names_the_table_that_is_cut) {
  contents_[table()].resize(contents_[table()].size() / 2);
  const auto error = read_all();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->field, table());
}

TEST_F(DamagedDatabase, names_the_table_that_no_handle_has) {
  const std::string name = table();
  contents_.erase(name);
  const auto error = read_all();
  ASSERT_TRUE(error.has_value());
  EXPECT_NE(error->reason.find(name), std::string::npos) << error->reason;
}

TEST_F(DamagedDatabase, is_refused_without_its_manifest) {
  std::erase_if(contents_, [](const auto& file) { return file.first.starts_with("MANIFEST"); });
  EXPECT_TRUE(read_all().has_value());
  contents_.clear();
  EXPECT_TRUE(read_all().has_value());
}

TEST_F(DamagedDatabase, never_crashes_when_a_byte_has_changed) {
  uint64_t random = 42;
  for (int i = 0; i < 60; ++i) {
    const auto original = contents_;
    auto file = contents_.begin();
    random = random * 6364136223846793005u + 1442695040888963407u;
    std::advance(file, static_cast<int64_t>((random >> 33) % contents_.size()));
    const size_t at = (random >> 20) % file->second.size();
    file->second[at] = static_cast<char>(file->second[at] ^ (1 << (random >> 61)));
    read_all();
    contents_ = original;
  }
}

TEST_F(DamagedDatabase, throws_if_a_file_cannot_be_read) {
  auto list = files();
  for (DatabaseFile& file : list) {
    if (file.local_name == table()) {
      file.open = []() -> std::shared_ptr<const StateBytes> {
        throw base::SystemError(EACCES, "open", "a table");
      };
    }
  }
  try {
    const auto database = open_database(std::move(list));
    ASSERT_TRUE(database.has_value()) << to_string(database.error());
    for (const std::string& name : (*database)->column_families()) {
      const auto entries = rocksdb_entries(**database, name, kGroupBytes, {groups_, {}});
      while (entries->next()) continue;
    }
    FAIL() << "nothing was thrown";
  } catch (const base::SystemError& error) {
    EXPECT_EQ(error.code(), EACCES);
  }
}

std::string pairs_of(Database& database, std::string_view column_family) {
  std::string text;
  const auto cursor = database.cursor(column_family, Database::Access::kScan, "");
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    text += std::string(cursor->key()) + "=" + std::string(cursor->value()) + " ";
  }
  if (cursor->error()) text += to_string(*cursor->error());
  return text;
}

TEST(WrittenDatabase, joins_merge_operands_of_several_tables_by_a_comma) {
  using enum test::Write::Kind;
  const test::TempDirectory directory;
  test::write_database(directory / "db", "list",
                       {{kPut, "a", "1"},
                        {kMerge, "a", "2"},
                        {kMerge, "b", "x"},
                        {kMerge, "c", "old"},
                        {kFlush},
                        {kMerge, "a", "3"},
                        {kDelete, "c"},
                        {kFlush},
                        {kMerge, "a", ""},
                        {kMerge, "b", "y"},
                        {kMerge, "c", "new"}});
  const auto database = opened(test::database_files(directory / "db"));
  EXPECT_EQ(pairs_of(*database, "list"), "a=1,2,3, b=x,y c=new ");
  const auto sums = database->table_sums("list");
  EXPECT_EQ(sums->files, 3u);
  EXPECT_EQ(sums->merge_operands, 6u);
  EXPECT_EQ(sums->removals, 1u);
}

TEST(WrittenDatabase, leaves_out_what_was_removed) {
  using enum test::Write::Kind;
  const test::TempDirectory directory;
  test::write_database(directory / "db", "map",
                       {{kPut, "a", "1"},
                        {kPut, "b", "2"},
                        {kPut, "c", "3"},
                        {kPut, "d", "4"},
                        {kFlush},
                        {kDelete, "a"},
                        {kDeleteRange, "c", "d"}});
  EXPECT_EQ(pairs_of(*opened(test::database_files(directory / "db")), "map"), "b=2 d=4 ");
}

TEST(WrittenDatabase, joins_a_long_list_in_linear_time) {
  const test::TempDirectory directory;
  std::vector<test::Write> writes(200'000, {test::Write::Kind::kMerge, "k", "0123456789"});
  test::write_database(directory / "db", "list", writes);
  const auto database = opened(test::database_files(directory / "db"));
  const auto cursor = database->cursor("list", Database::Access::kSeek, "");
  cursor->seek("");
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value().size(), 200'000u * 11 - 1);
}

// Pairs in memory, as a cursor.
using Pairs = std::map<std::string, std::string>;

class PairsCursor : public DatabaseCursor {
 public:
  explicit PairsCursor(const Pairs& pairs, std::string end)
      : pairs_(pairs), end_(std::move(end)), at_(pairs.end()) {}
  void seek(std::string_view key) override { at_ = pairs_.lower_bound(std::string(key)); }
  void next() override { ++at_; }
  bool valid() const override { return at_ != pairs_.end() && (end_.empty() || at_->first < end_); }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return at_->second; }
  const std::optional<base::InputError>& error() const override { return error_; }

 private:
  const Pairs& pairs_;
  const std::string end_;
  Pairs::const_iterator at_;
  std::optional<base::InputError> error_;
};

class PairsDatabase : public Database {
 public:
  explicit PairsDatabase(Pairs pairs) : pairs_(std::move(pairs)) {}
  const std::vector<std::string>& column_families() const override { return names_; }
  std::unique_ptr<DatabaseCursor> cursor(std::string_view name, Access, std::string end) override {
    return name == "s" ? std::make_unique<PairsCursor>(pairs_, std::move(end)) : nullptr;
  }
  base::Result<TableSums> table_sums(std::string_view) override { return TableSums{}; }

 private:
  const Pairs pairs_;
  const std::vector<std::string> names_{"s"};
};

std::string listed(Database& database, size_t group_bytes, RocksdbRange range) {
  const auto entries = rocksdb_entries(database, "s", group_bytes, std::move(range));
  std::string text;
  while (const auto entry = entries->next()) {
    text +=
        std::to_string(entry->key_group) + std::string(entry->key) + "=" + std::string(entry->value) + " ";
  }
  if (entries->error()) text += to_string(*entries->error());
  return text;
}

TEST(RocksdbEntries, of_other_key_groups_are_left_out) {
  PairsDatabase one(Pairs{{"\x01"
                           "a",
                           "1"},
                          {"\x02"
                           "a",
                           "2"},
                          {"\x02"
                           "b",
                           "3"},
                          {"\x04", "4"},
                          {"\xFF"
                           "z",
                           "5"}});
  EXPECT_EQ(listed(one, 1, {{2, 3}, {}}), "2a=2 2b=3 ");
  EXPECT_EQ(listed(one, 1, {{0, 255}, {}}), "1a=1 2a=2 2b=3 4=4 255z=5 ");
  EXPECT_EQ(listed(one, 1, {{0, INT32_MAX}, {}}), "1a=1 2a=2 2b=3 4=4 255z=5 ");
  EXPECT_EQ(listed(one, 1, {{5, 4}, {}}), "");
  PairsDatabase two(Pairs{{std::string("\x00\x01"
                                       "a",
                                       3),
                           "1"},
                          {std::string("\x01\x00"
                                       "a",
                                       3),
                           "2"},
                          {"\x7F\xFF", "3"}});
  EXPECT_EQ(listed(two, 2, {{1, 256}, {}}), "1a=1 256a=2 ");
  EXPECT_EQ(listed(two, 2, {{0, 32767}, {}}), "1a=1 256a=2 32767=3 ");
}

TEST(RocksdbEntries, with_a_prefix_are_found_in_every_key_group) {
  PairsDatabase database(Pairs{{"\x01"
                                "a",
                                "1"},
                               {"\x01"
                                "ab",
                                "2"},
                               {"\x01"
                                "b",
                                "3"},
                               {"\x03"
                                "aa",
                                "4"},
                               {"\x05"
                                "b",
                                "5"}});
  EXPECT_EQ(listed(database, 1, {{0, 9}, "a"}), "1a=1 1ab=2 3aa=4 ");
  EXPECT_EQ(listed(database, 1, {{0, 9}, "b"}), "1b=3 5b=5 ");
  EXPECT_EQ(listed(database, 1, {{2, 4}, "b"}), "");
}

TEST(RocksdbEntries, with_a_key_too_short_for_its_key_group_are_an_error) {
  PairsDatabase database(Pairs{{"\x01", "1"}});
  EXPECT_EQ(listed(database, 2, {{0, 999}, {}}), "offset 0, key: 1 bytes, too short for a key group");
}

}  // namespace
}  // namespace checkpointfs::state
