// SPDX-License-Identifier: Apache-2.0
#include "index/database/index_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "base/unique_fd.h"
#include "index/database/is_made.h"
#include "index/database/schema_sql.h"

namespace checkpointfs::index {
namespace {

static_assert(kMigrations.size() == kSchemaVersion);

using base::Failure;
using base::FailureKind;

// The write-ahead log is copied into the database when it has so many pages of 4 KB. That waits for the disk,
// and pages that were written several times are copied once: so a first scan does it seldom.
constexpr const char* kShortLog = "PRAGMA wal_autocheckpoint = 4096";
constexpr const char* kLongLog = "PRAGMA wal_autocheckpoint = 16384";

[[noreturn]] void refuse(const std::string& file, std::string_view problem, std::string_view advice) {
  throw base::PathFailure(FailureKind::kIndex, base::format("index {} {}; {}", file, problem, advice), file);
}

constexpr std::string_view kDeleteIt =
    "delete it (it is only a cache of the sources, and is made again), or name another one with --index";

constexpr std::string_view kAskAnother =
    "ask as the user whose index it is, or make one of your own: --index FILE --source DIR";

std::string make_it_with(const std::string& file) {
  return base::format("bring it up to date with 'checkpointfs index --index {} SOURCE'",
                      base::shell_quoted(file));
}

void create_directories(const std::string& path) {
  if (path.empty() || path == "/" || ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno != ENOENT) base::throw_errno("create directory", path);
  create_directories(std::string(base::parent(path)));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) base::throw_errno("create directory", path);
}

// The version of the schema; 0 for a database that is still empty.
int64_t version_of(Connection& db) {
  const int64_t id = db.integer("PRAGMA application_id");
  if (id == 0 && db.integer("SELECT COUNT(*) FROM sqlite_schema") == 0) return 0;
  if (id != kApplicationId)
    refuse(db.file(), "is a database of another program", "name another one with --index");
  const int64_t version = db.integer("PRAGMA user_version");
  if (version > kSchemaVersion) {
    refuse(db.file(),
           base::format("was made by a newer version of this program (schema {}, known up to {})", version,
                        kSchemaVersion),
           kDeleteIt);
  }
  return version;
}

// The same; 0 as well for an index whose first scan has not come to its end.
int64_t version_to_read(Connection& db) {
  const int64_t version = version_of(db);
  return lacks_indexes(db) ? 0 : version;
}

// `ids_above`: see open_index_to_write().
void migrate(Connection& db, int64_t ids_above = 0) {
  db.execute("PRAGMA journal_mode = WAL");
  Transaction transaction(db);
  const int64_t version = version_of(db);  // somebody else may have done it meanwhile
  for (int64_t next = version; next < kSchemaVersion; ++next)
    db.execute(kMigrations[static_cast<size_t>(next)]);
  const std::string marks =
      base::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kSchemaVersion);
  db.execute(marks.c_str());
  if (version == 0 && ids_above > 0) {
    db.execute(base::format("UPDATE totals SET last_id = {0}; "
                            "INSERT INTO sqlite_sequence (name, seq) VALUES ('directories', {0})",
                            ids_above)
                   .c_str());
  }
  transaction.commit();
}

// The process that made the index may have been killed at its very beginning, before it had a log.
std::unique_ptr<Connection> connect_to_read(const std::string& file) {
  try {
    auto db = std::make_unique<Connection>(file, Connection::Mode::kReadOnly);
    db->integer("PRAGMA application_id");
    return db;
  } catch (const IndexError& error) {
    const std::string directory = file.substr(0, file.rfind('/') + 1);
    // A reader needs the log beside it, and makes it where it is not there.
    if (!error.damaged() && ::access(directory.empty() ? "." : directory.c_str(), W_OK) != 0)
      refuse(file, base::format("cannot be opened by this user ({})", error.what()), kAskAnother);
    if (!error.unfinished() || ::access(file.c_str(), W_OK) != 0) throw;
  }
  Connection(file, Connection::Mode::kReadWrite).integer("PRAGMA application_id");
  return std::make_unique<Connection>(file, Connection::Mode::kReadOnly);
}

}  // namespace

bool lacks_indexes(Connection& db) {
  return db.integer("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'references_by_file'") == 0;
}

void make_indexes(Connection& db) {
  db.execute(kIndexes);
  db.execute(kShortLog);
}

void refuse_damaged(const std::string& file, const IndexError& error) {
  throw DamagedIndex(
      base::format("index {} is damaged, or no index at all ({}); {}", file, error.what(), kDeleteIt));
}

void set_aside(const std::string& index_file) {
  const std::string aside = index_file + ".damaged";
  if (::rename(index_file.c_str(), aside.c_str()) != 0 && errno != ENOENT)
    base::throw_errno("rename", index_file);
}

void create_directory_of(const std::string& index_file) {
  const size_t slash = index_file.rfind('/');
  if (slash == std::string::npos) return;
  try {
    create_directories(index_file.substr(0, slash));
  } catch (const base::SystemError& error) {
    throw base::PathFailure(
        FailureKind::kIndex,
        base::format(
            "{}, for the index; name a file that can be written with --index FILE, or a directory for all indexes with the environment variable XDG_STATE_HOME",
            error.what()),
        index_file);
  }
}

std::unique_ptr<Connection> open_index_to_read(const std::string& file) {
  if (::access(file.c_str(), R_OK) != 0) {
    if (errno == EACCES) refuse(file, "may not be read by this user", kAskAnother);
    if (errno != ENOENT) base::throw_errno("open index", file);
    refuse(file, "does not exist", make_it_with(file));
  }
  return damage_refused(file, [&] {
    auto db = connect_to_read(file);
    int64_t version = version_to_read(*db);
    if (version > 0 && version < kSchemaVersion && ::access(file.c_str(), W_OK) == 0) {
      db.reset();
      migrate(*std::make_unique<Connection>(file, Connection::Mode::kReadWrite));
      db = connect_to_read(file);
      version = version_to_read(*db);
    }
    db->execute("PRAGMA query_only = ON");
    if (version < kOldestReadableVersion) {
      refuse(file,
             version > 0            ? "was made by an older version of this program"
             : version_of(*db) == 0 ? "is still empty"
                                    : "is still being made, or was not made to its end",
             make_it_with(file));
    }
    return db;
  });
}

bool is_made(const std::string& index_file) {
  if (::access(index_file.c_str(), F_OK) != 0) return false;
  return damage_refused(index_file, [&] { return version_to_read(*connect_to_read(index_file)) > 0; });
}

namespace {

// SQLite would create it readable for all, less the umask; paths of other people's storage are in it.
void create_private(const std::string& file) {
  // A file that is there must not even be opened: closing it would take from this process the locks that
  // SQLite holds on it for other connections.
  if (::access(file.c_str(), F_OK) == 0) return;
  // The log that a vanished file left behind must not get into the new one.
  for (const char* const rest : {"-wal", "-shm"}) ::unlink((file + rest).c_str());
  const base::UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd && errno != EEXIST) base::throw_errno("open index", file);
}

}  // namespace

std::unique_ptr<Connection> open_index_to_write(const std::string& file, int64_t ids_above) {
  create_directory_of(file);
  create_private(file);
  return damage_refused(file, [&] {
    auto db = std::make_unique<Connection>(file, Connection::Mode::kReadWrite);
    const int64_t version = version_of(*db);
    if (version < kSchemaVersion) migrate(*db, ids_above);
    // Without a sync after each transaction a power failure may undo the last ones, and no more than that.
    db->execute(
        "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 4194304");
    db->execute(version > 0 ? kShortLog : kLongLog);
    if (version > 0 && lacks_indexes(*db)) {
      Transaction transaction(*db);
      make_indexes(*db);
      transaction.commit();
    }
    return db;
  });
}

}  // namespace checkpointfs::index
