// SPDX-License-Identifier: Apache-2.0
#include "index/database/sqlite.h"

#include <sqlite3.h>

#include <cassert>

#include "base/named_file.h"
#include "base/text/message.h"

namespace checkpointfs::index {
namespace {

constexpr int kBusyMilliseconds = 10'000;

void ignore(int) {}  // on the way out nobody can be told

// SQLite would count all memory of the process, behind a mutex at each allocation. Refused once SQLite is in
// use, which does no harm.
void count_no_memory() {
  static const int once = ::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  ignore(once);
}

}  // namespace

bool IndexError::damaged() const {
  const int primary = code_ & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

bool IndexError::unfinished() const {
  return code_ == SQLITE_READONLY_ROLLBACK;
}

namespace {

int open_flags(Connection::Mode mode) {
  const int access =
      mode == Connection::Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  return access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
}

}  // namespace

Connection::Connection(std::string file, Mode mode) : file_(std::move(file)) {
  count_no_memory();
  const bool is_temporary = mode == Mode::kTemporary;
  if (!is_temporary) base::require_regular_if_there(file_);
  const int code = ::sqlite3_open_v2(is_temporary ? "" : file_.c_str(), &db_, open_flags(mode), nullptr);
  try {
    if (code != SQLITE_OK) fail(code, "open");
    if (is_temporary) {
      execute(
          "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
          "PRAGMA temp_store = FILE; BEGIN");
      return;
    }
    ::sqlite3_busy_timeout(db_, kBusyMilliseconds);
    // The file may have been put there by somebody else: what its schema says must not be able to do
    // anything.
    ::sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    ::sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    ::sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    ::sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    ::sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    // A large sort, as of all rows for an index, must not take memory for each row.
    execute("PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA temp_store = FILE");
  } catch (...) {
    close();
    throw;
  }
}

Connection::~Connection() {
  close();
}

void Connection::close() noexcept {
  for (auto& [sql, statements] : idle_) {
    for (sqlite3_stmt* statement : statements) ignore(::sqlite3_finalize(statement));
  }
  idle_.clear();
  [[maybe_unused]] const int code = ::sqlite3_close(db_);
  assert(code == SQLITE_OK);  // else a Statement outlives its connection
  db_ = nullptr;
}

void Connection::fail(int code, std::string_view action) const {
  const char* const reason = db_ != nullptr ? ::sqlite3_errmsg(db_) : ::sqlite3_errstr(code);
  throw IndexError(code, base::format("index {}: {}: {} (code {})", file_, action, reason, code));
}

void Connection::execute(const char* sql) {
  const int code = ::sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
}

int64_t Connection::integer(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

int64_t Connection::last_insert_id() const {
  return ::sqlite3_last_insert_rowid(db_);
}

int64_t Connection::total_changes() const {
  return ::sqlite3_total_changes64(db_);
}

sqlite3_stmt* Connection::borrow(const char* sql, Idle& idle) {
  if (!idle.empty()) {
    sqlite3_stmt* const statement = idle.back();
    idle.pop_back();
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = ::sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
  return statement;
}

Statement::Statement(Connection& connection, const char* sql)
    : connection_(connection),
      sql_(sql),
      idle_(connection.idle_[sql]),
      statement_(connection.borrow(sql, idle_)) {}

Statement::~Statement() {
  ignore(::sqlite3_reset(statement_));
  ignore(::sqlite3_clear_bindings(statement_));
  try {
    idle_.push_back(statement_);
  } catch (...) {
    ignore(::sqlite3_finalize(statement_));
  }
}

bool Statement::step() {
  const int code = ::sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  connection_.fail(code, sql_);
}

void Statement::run() {
  [[maybe_unused]] const bool row = step();
  assert(!row);
  reset();
}

void Statement::reset() {
  ignore(::sqlite3_reset(statement_));
}  // step() has told of its error already

int64_t Statement::integer(int column) const {
  return ::sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
  const auto* const bytes = reinterpret_cast<const char*>(::sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(::sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const {
  return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Statement::bind_one(int position, int64_t value) {
  const int code = ::sqlite3_bind_int64(statement_, position, value);
  if (code != SQLITE_OK) connection_.fail(code, sql_);
}

void Statement::bind_one(int position, std::string_view value) {
  const int code = ::sqlite3_bind_text64(statement_, position, value.empty() ? "" : value.data(),
                                         value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) connection_.fail(code, sql_);
}

void Statement::bind_one(int position, std::nullptr_t) {
  const int code = ::sqlite3_bind_null(statement_, position);
  if (code != SQLITE_OK) connection_.fail(code, sql_);
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.execute("BEGIN IMMEDIATE");
  ++connection_.readers_;
}

Transaction::~Transaction() {
  if (!open_) return;
  --connection_.readers_;
  ignore(::sqlite3_exec(connection_.db_, "ROLLBACK", nullptr, nullptr, nullptr));
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  --connection_.readers_;
  open_ = false;
}

ReadTransaction::ReadTransaction(Connection& connection) : connection_(connection) {
  if (connection_.readers_ == 0) connection_.execute("BEGIN");
  ++connection_.readers_;
}

ReadTransaction::~ReadTransaction() {
  if (--connection_.readers_ > 0) return;
  ignore(::sqlite3_exec(connection_.db_, "ROLLBACK", nullptr, nullptr, nullptr));  // nothing was written
}

}  // namespace checkpointfs::index
