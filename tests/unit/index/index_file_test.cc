// SPDX-License-Identifier: Apache-2.0
// Index files that are foreign, damaged or of another version, and the users that may use one.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/errors.h"
#include "index/database/index_file.h"
#include "index/database/is_made.h"
#include "index/database/lock.h"
#include "index/scan/default_file.h"
#include "index/scan/mapping_argument.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

// The message of a Failure of that kind; fails the test if `body` does not throw one.
template <typename Body>
std::string failure(base::FailureKind kind, const Body& body) {
  try {
    body();
  } catch (const base::Failure& failure) {
    EXPECT_EQ(kind, failure.kind()) << failure.what();
    return failure.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

#define EXPECT_SAYS(text, message) EXPECT_NE(std::string::npos, (message).find(text)) << (message)

class IndexFile : public testing::Test {
 protected:
  IndexFile() {
    storage_.state_file("job/shared/a", 10);
    storage_.snapshot("job/chk-1", {test::file(storage_.uri("job/shared/a"), 10)});
  }
  std::string refused_by_both() {
    const std::string reader = failure(base::FailureKind::kIndex, [&] { Reader{storage_.index_file()}; });
    const std::string scan = failure(base::FailureKind::kIndex, [&] { index::scan(storage_.options, {}); });
    EXPECT_SAYS(storage_.index_file(), reader);
    EXPECT_EQ(reader, scan);
    return scan;
  }
  void overwrite(const std::string& bytes) {
    test::make_directory(storage_.temporary.path() + "/index");
    std::ofstream(storage_.index_file(), std::ios::binary) << bytes;
  }

  test::IndexedStorage storage_;
};

TEST_F(IndexFile, garbage_is_refused_with_advice) {
  overwrite(std::string(10000, 'x'));
  const std::string message = refused_by_both();
  EXPECT_SAYS("delete it", message);
  EXPECT_SAYS("--index", message);
}

TEST_F(IndexFile, database_of_another_program_is_refused_and_left_alone) {
  test::make_directory(storage_.temporary.path() + "/index");
  {
    Connection other(storage_.index_file(), Connection::Mode::kReadWrite);
    other.execute("CREATE TABLE photos (id INTEGER PRIMARY KEY)");
  }
  EXPECT_SAYS("another program", refused_by_both());
  Connection other(storage_.index_file(), Connection::Mode::kReadWrite);
  EXPECT_EQ(1, other.integer("SELECT COUNT(*) FROM sqlite_schema"));
}

TEST_F(IndexFile, newer_schema_is_refused) {
  storage_.scan();
  {
    Connection db(storage_.index_file(), Connection::Mode::kReadWrite);
    db.execute("PRAGMA user_version = 999");
  }
  EXPECT_SAYS("newer version", refused_by_both());
}

TEST_F(IndexFile, of_version_1_is_brought_up_to_date_by_a_reader_that_may_write_it) {
  storage_.scan();
  {
    Connection db(storage_.index_file(), Connection::Mode::kReadWrite);
    db.execute(
        "PRAGMA user_version = 1; DROP VIEW snapshots; DROP VIEW jobs; DROP VIEW state_files; DROP VIEW "
        "\"references\"; "
        "DROP VIEW operators; DROP INDEX state_directories_unknown; DROP INDEX state_directories_changed; "
        "ALTER TABLE state_directories DROP COLUMN passage; ALTER TABLE state_directories DROP COLUMN "
        "passage_uid; "
        "ALTER TABLE state_directories DROP COLUMN passage_gid; "
        "CREATE VIEW snapshots AS SELECT 1 AS id; CREATE VIEW state_files AS SELECT 1 AS id");
  }
  EXPECT_EQ(1u, Reader(storage_.index_file()).totals().snapshots);
  EXPECT_EQ(1u, storage_.scan().snapshots);
  Connection db(storage_.index_file(), Connection::Mode::kReadOnly);
  EXPECT_EQ(kSchemaVersion, db.integer("PRAGMA user_version"));
  EXPECT_EQ(
      1, db.integer("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'state_files' AND sql LIKE '%denied%'"));
  EXPECT_EQ(0, db.integer("SELECT COUNT(*) FROM state_directories WHERE passage < 0"));
}

TEST_F(IndexFile, empty_file_is_filled_by_a_scan_and_refused_by_a_reader) {
  overwrite("");
  EXPECT_SAYS("empty", failure(base::FailureKind::kIndex, [&] { Reader{storage_.index_file()}; }));
  EXPECT_EQ(1u, storage_.scan().snapshots);
}

TEST_F(IndexFile, that_somebody_was_killed_in_making_is_made_by_a_scan_and_is_empty_to_a_reader) {
  const std::string unfinished = storage_.temporary.path() + "/unfinished";
  Connection maker(unfinished, Connection::Mode::kReadWrite);
  maker.execute("PRAGMA cache_size = 2; BEGIN; CREATE TABLE t (bytes BLOB) STRICT");
  for (int i = 0; i < 100; ++i) maker.execute("INSERT INTO t VALUES (randomblob(1000))");
  test::make_directory(storage_.temporary.path() + "/index");
  const auto leave = [&] {
    for (const char* const part : {"", "-journal"}) {
      std::filesystem::copy_file(unfinished + part, storage_.index_file() + part,
                                 std::filesystem::copy_options::overwrite_existing);
    }
  };
  leave();
  EXPECT_SAYS("empty", failure(base::FailureKind::kIndex, [&] { Reader{storage_.index_file()}; }));
  leave();
  EXPECT_EQ(std::vector<storage::Mapping>{}, given_mappings(storage_.index_file()));
  EXPECT_EQ(1u, storage_.scan().snapshots);
  maker.execute("ROLLBACK");
}

TEST_F(IndexFile, missing_file_is_refused_by_a_reader_with_advice) {
  EXPECT_SAYS("checkpointfs index",
              failure(base::FailureKind::kIndex, [&] { Reader{storage_.index_file()}; }));
}

TEST_F(IndexFile, damaged_pages_are_refused_with_the_name_of_the_file) {
  for (int i = 2; i < 200; ++i)
    storage_.snapshot("job/chk-" + std::to_string(i), {test::file(storage_.uri("job/shared/a"), 10)});
  storage_.scan();
  struct stat st = {};
  ASSERT_EQ(0, ::stat(storage_.index_file().c_str(), &st));
  std::fstream file(storage_.index_file(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096);
  file << std::string(static_cast<size_t>(st.st_size) - 4096, '\xff');
  file.close();
  EXPECT_SAYS(storage_.index_file() + " is damaged", failure(base::FailureKind::kIndex, [&] {
                Reader reader(storage_.index_file());
                reader.snapshots().for_each([](const Snapshot&) {});
              }));
}

TEST_F(IndexFile, whose_first_scan_was_killed_is_refused_by_a_reader_and_finished_by_a_scan) {
  const auto whole = [&] {
    return Connection(storage_.index_file(), Connection::Mode::kReadOnly)
        .integer(
            "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('references_by_file', 'state_files_by_name')");
  };
  storage_.options.mappings = {{"hdfs://nn", storage_.temporary.path(), false, {}}};
  storage_.scan();
  EXPECT_EQ(2, whole());
  const std::string dump = storage_.dump();
  {
    Connection db(storage_.index_file(), Connection::Mode::kReadWrite);
    db.execute(
        "DROP INDEX references_by_file; DROP INDEX state_files_by_name;"
        "INSERT INTO settings (name, value) VALUES ('unfinished scan', '1')");
  }
  EXPECT_FALSE(is_made(storage_.index_file()));
  ASSERT_EQ(1u, given_mappings(storage_.index_file()).size());
  EXPECT_EQ("hdfs://nn/", given_mappings(storage_.index_file())[0].uri_prefix);
  EXPECT_SAYS("still being made", failure(base::FailureKind::kIndex, [&] { Reader{storage_.index_file()}; }));
  EXPECT_EQ(0u, storage_.scan().metadata_read);
  EXPECT_EQ(2, whole());
  EXPECT_EQ(dump, storage_.dump());
}

TEST_F(IndexFile, reading_in_a_transaction_that_writes_does_not_end_it) {
  storage_.scan();
  Connection db(storage_.index_file(), Connection::Mode::kReadWrite);
  const auto count = [&] { return db.integer("SELECT COUNT(*) FROM settings WHERE name = 'x'"); };
  {
    const Transaction transaction(db);
    db.execute("INSERT INTO settings (name, value) VALUES ('x', '1')");
    {
      const ReadTransaction read(db);
      EXPECT_EQ(1, count());
    }
    EXPECT_EQ(1, count());
  }
  EXPECT_EQ(0, count()) << "it was not committed";
  const ReadTransaction read(db);
  EXPECT_EQ(0, count());
}

TEST_F(IndexFile, triggers_and_views_that_somebody_put_there_do_nothing) {
  storage_.scan();
  {
    Connection db(storage_.index_file(), Connection::Mode::kReadWrite);
    db.execute(
        "CREATE TRIGGER t AFTER INSERT ON snapshot_rows BEGIN DELETE FROM roots; END; CREATE VIEW v AS "
        "SELECT 1");
  }
  storage_.snapshot("job/chk-2", {});
  EXPECT_EQ(2u, storage_.scan().snapshots);
  EXPECT_EQ(1u, storage_.reader().roots().size());
  Connection db(storage_.index_file(), Connection::Mode::kReadOnly);
  EXPECT_THROW(db.integer("SELECT * FROM v"), IndexError);
}

TEST_F(IndexFile, file_and_directory_are_for_their_owner_only) {
  storage_.options.index_file = storage_.temporary.path() + "/new/er/index";
  storage_.scan();
  for (const auto& [path, mode] :
       {std::pair(std::string("/new"), 0700u), std::pair(std::string("/new/er"), 0700u),
        std::pair(std::string("/new/er/index"), 0600u),
        std::pair(std::string("/new/er/index.lock"), 0600u)}) {
    struct stat st = {};
    ASSERT_EQ(0, ::stat((storage_.temporary.path() + path).c_str(), &st)) << path;
    EXPECT_EQ(mode, st.st_mode & 0777) << path;
  }
}

TEST_F(IndexFile, reader_sees_the_scan_that_comes_after_it_was_opened) {
  storage_.scan();
  EXPECT_EQ(1u, storage_.reader().totals().snapshots);
  storage_.snapshot("job/chk-2", {});
  storage_.scan();
  EXPECT_EQ(2u, storage_.reader().totals().snapshots);
}

TEST_F(IndexFile, reader_cannot_write) {
  storage_.scan();
  const auto db = open_index_to_read(storage_.index_file());
  EXPECT_THROW(db->execute("DELETE FROM roots"), IndexError);
}

TEST_F(IndexFile, rows_of_another_program_version_are_read_again) {
  storage_.scan();
  const std::string before = storage_.dump();
  {
    Connection db(storage_.index_file(), Connection::Mode::kReadWrite);
    db.execute("UPDATE settings SET value = '0.0.0' WHERE name = 'program'");
  }
  EXPECT_EQ(1u, storage_.scan().metadata_read);
  EXPECT_EQ(before, storage_.dump());
}

TEST(IndexLock, second_holder_is_told_about_the_first) {
  test::TempDirectory temporary;
  const std::string file = temporary.path() + "/index";
  const IndexLock lock(file, "mount at /mnt/x");
  const std::string message = failure(base::FailureKind::kInUse, [&] { IndexLock(file, "scan"); });
  EXPECT_EQ("index " + file + " is in use by process " + std::to_string(::getpid()) + " (mount at /mnt/x)",
            message);
}

TEST(IndexLock, ends_with_its_object) {
  test::TempDirectory temporary;
  const std::string file = temporary.path() + "/index";
  { const IndexLock lock(file, "first"); }
  const IndexLock lock(file, "second");
}

TEST(IndexLock, goes_on_in_a_child_which_names_itself) {
  test::TempDirectory temporary;
  const std::string file = temporary.path() + "/index";
  int ready[2];
  int done[2];
  ASSERT_EQ(0, ::pipe(ready));
  ASSERT_EQ(0, ::pipe(done));
  pid_t child = -1;
  {
    IndexLock lock(file, "mount at /mnt/x");
    child = ::fork();
    if (child == 0) {
      lock.name_holder();
      char byte = 'x';
      ::close(done[1]);
      if (::write(ready[1], &byte, 1) != 1 || ::read(done[0], &byte, 1) < 0) ::_exit(1);
      ::_exit(0);
    }
  }
  char byte = 0;
  ASSERT_EQ(1, ::read(ready[0], &byte, 1));
  EXPECT_SAYS("process " + std::to_string(child),
              failure(base::FailureKind::kInUse, [&] { IndexLock(file, "scan"); }));
  ::close(done[1]);
  int status = -1;
  ASSERT_EQ(child, ::waitpid(child, &status, 0));
  EXPECT_EQ(0, status);
  ::close(done[0]);
  ::close(ready[0]);
  ::close(ready[1]);
  const IndexLock lock(file, "again");
}

class Environment : public testing::Test {
 protected:
  ~Environment() override { set(before_); }
  static void set(const char* value) {
    value != nullptr ? ::setenv("XDG_STATE_HOME", value, 1) : ::unsetenv("XDG_STATE_HOME");
  }

 private:
  const char* const before_ = std::getenv("XDG_STATE_HOME");
};

TEST_F(Environment, default_file_depends_on_the_set_of_sources) {
  test::TempDirectory temporary;
  const std::string a = temporary.path() + "/a";
  const std::string b = temporary.path() + "/b";
  test::make_directory(a);
  test::make_directory(b);
  set("/state");
  const std::string one = default_index_file({a});
  EXPECT_EQ(0u, one.rfind("/state/checkpointfs/a-", 0)) << one;
  EXPECT_EQ(one, default_index_file({a + "/../a/"}));
  EXPECT_NE(one, default_index_file({b}));
  EXPECT_EQ(default_index_file({a, b}), default_index_file({b, a}));
  set("relative");
  EXPECT_EQ(std::string::npos, default_index_file({a}).find("relative"));
  EXPECT_THROW(default_index_file({a + "/missing"}), base::Failure);
}

TEST(ParseMapping, splits_at_the_directory) {
  EXPECT_EQ((storage::Mapping{"s3://b/flink", "/mnt/b", false, {}}), parse_mapping("s3a://b/flink/=/mnt/b"));
  EXPECT_EQ((storage::Mapping{"s3://b/day=1", "/mnt/b", false, {}}), parse_mapping("s3://b/day=1=/mnt/b"));
  EXPECT_EQ((storage::Mapping{"hdfs://nn/f", "/mnt/day=1", false, {}}),
            parse_mapping("hdfs://nn/f=/mnt/day=1"));
  EXPECT_EQ((storage::Mapping{"file:/old", "relative", false, {}}), parse_mapping("/old=relative"));
}

TEST(ParseMapping, says_what_is_wrong) {
  EXPECT_SAYS("URI=DIRECTORY", failure(base::FailureKind::kUsage, [] { parse_mapping("s3://b"); }));
  EXPECT_SAYS("absolute URI", failure(base::FailureKind::kUsage, [] { parse_mapping("b=/mnt"); }));
  EXPECT_SAYS("no directory", failure(base::FailureKind::kUsage, [] { parse_mapping("s3://b="); }));
}

}  // namespace
}  // namespace checkpointfs::index
