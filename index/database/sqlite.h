// SPDX-License-Identifier: Apache-2.0
// SQLite as objects: Connection, Statement, Transaction. sqlite.cc is the only file that sees sqlite3.h.
//
// index/database opens and locks the index: this file, the schema (schema_sql.h), opening and migration
// (index_file.h), the lock of the one writer (lock.h) and the write-ahead log. index/rows writes the tables
// of snapshots, files and directories; index/scan brings them up to date with the sources (scan.h,
// scanner.h); index/read answers questions (reader.h). The index is a cache: it can always be made anew from
// the sources. One process writes, under the IndexLock; any number read.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace checkpointfs::index {

// SQLite failed. what() names the index file.
class IndexError : public std::runtime_error {
 public:
  IndexError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  // SQLite's extended result code.
  int code() const { return code_; }
  // The file is no database at all, or its pages contradict each other.
  bool damaged() const;
  // Somebody was killed while changing the file, and only who may write can undo what was begun.
  bool unfinished() const;

 private:
  int code_;
};

class Connection;

// A prepared statement on loan from its connection, which gets it back, reset, at the end.
// Binding and reading are by position: parameters from 1, columns from 0.
class Statement {
 public:
  Statement(Connection& connection, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds all parameters, from the first on, for a (new) execution.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    reset();
    int position = 0;
    (bind_one(++position, values), ...);
    return *this;
  }

  // The same with integers only.
  Statement& bind_all(std::span<const int64_t> values) {
    reset();
    int position = 0;
    for (const int64_t value : values) bind_one(++position, value);
    return *this;
  }

  // The next row; false at the end.
  bool step();
  // Runs a statement that returns no rows.
  void run();
  void reset();

  int64_t integer(int column) const;
  // Valid until the next step().
  std::string_view text(int column) const;
  std::string string(int column) const { return std::string(text(column)); }
  bool is_null(int column) const;

 private:
  void bind_one(int position, int64_t value);
  void bind_one(int position, std::string_view value);
  void bind_one(int position, const std::string& value) { bind_one(position, std::string_view(value)); }
  void bind_one(int position, const char* value) { bind_one(position, std::string_view(value)); }
  void bind_one(int position, std::nullptr_t);

  Connection& connection_;
  const char* sql_;
  std::vector<sqlite3_stmt*>& idle_;  // of the connection
  sqlite3_stmt* statement_;
};

// One connection; not thread-safe. Statements must end before it does.
class Connection {
 public:
  // kTemporary: a database of this connection alone, in one transaction that never ends. It is in memory up
  // to 16 MB, and beyond that in a nameless file in the directory for temporary files.
  enum class Mode { kReadOnly, kReadWrite, kTemporary };

  // kReadWrite creates the file if it is not there. kTemporary: `file` is a name for messages. Throws
  // IndexError.
  Connection(std::string file, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const std::string& file() const { return file_; }

  // One or more statements without parameters; rows are ignored.
  void execute(const char* sql);
  // The first column of the first row, an integer.
  int64_t integer(const char* sql);
  int64_t last_insert_id() const;
  // Rows changed since the connection was opened.
  int64_t total_changes() const;

 private:
  friend class Statement;
  friend class Transaction;
  friend class ReadTransaction;

  [[noreturn]] void fail(int code, std::string_view action) const;
  using Idle = std::vector<sqlite3_stmt*>;
  sqlite3_stmt* borrow(const char* sql, Idle& idle);
  void close() noexcept;

  std::string file_;
  sqlite3* db_ = nullptr;
  std::unordered_map<const char*, Idle> idle_;  // by address: statements are literals
  int readers_ = 0;
};

// BEGIN IMMEDIATE; rolled back at the end of its life unless committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

// All reads during its life see one state of the database. May be nested, also in a Transaction: the
// outermost one counts.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection);
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Connection& connection_;
};

}  // namespace checkpointfs::index
