// SPDX-License-Identifier: Apache-2.0
// The tables of SeenFiles and all questions about them, in a header so that a test can ask SQLite for the
// plan of each.
//
// The names of state files are random, so that a table by name is written in no order as long as snapshots
// are read. Therefore files are only appended to `named` meanwhile, and sorted once. The table `files` then
// grows at its end, and is asked for the names of a directory in their order.
#pragma once

#include <array>

namespace checkpointfs::removal::sql {

inline constexpr const char* kTables = R"sql(
CREATE TABLE directories (
  id   INTEGER PRIMARY KEY,
  root INTEGER NOT NULL,
  path TEXT NOT NULL,        -- '' or ending in a slash
  uri  TEXT NOT NULL,        -- the same of the first file in it
  UNIQUE (root, path)
);
-- Files as snapshots name them. A file that nobody names for a while, and then again, is there once more.
CREATE TABLE named (
  directory    INTEGER NOT NULL,
  name         TEXT NOT NULL,
  number       INTEGER NOT NULL,
  uri          TEXT,              -- if it is not that of the directory, and the name
  whole        INTEGER NOT NULL,  -- 1: a snapshot needs all of it, and not only segments
  size         INTEGER NOT NULL,  -- as metadata records it; -1: none does exactly
  segments_end INTEGER NOT NULL,  -- the end of the last segment
  needs        BLOB NOT NULL      -- see needs.h
);
-- The other numbers of files that are in `named` several times.
CREATE TABLE aliases (
  number INTEGER PRIMARY KEY,
  file   INTEGER NOT NULL
);
-- The files, each once, with what a look at them found.
CREATE TABLE files (
  directory INTEGER NOT NULL,
  name      TEXT NOT NULL,
  number    INTEGER NOT NULL,
  uri       TEXT,
  whole     INTEGER NOT NULL,
  needs     BLOB NOT NULL,
  device    INTEGER,              -- this and all below: NULL if it is not there
  inode     INTEGER,
  size      INTEGER,
  mtime_ns  INTEGER,
  ctime_ns  INTEGER,
  uid       INTEGER,
  PRIMARY KEY (directory, name)
) WITHOUT ROWID;
-- Segments of files.
CREATE TABLE segments (
  file   INTEGER NOT NULL,
  start  INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (file, start, length)
) WITHOUT ROWID;
-- The numbers of the files that a snapshot names, ascending: differences.
CREATE TABLE snapshots (
  snapshot INTEGER PRIMARY KEY,
  files    BLOB NOT NULL
);
CREATE VIEW seen AS
SELECT f.number, d.root, d.path || f.name AS path, COALESCE(f.uri, d.uri || f.name) AS uri, f.inode, f.device,
  f.size, f.mtime_ns, f.ctime_ns, f.uid, f.needs, f.directory, f.name, f.whole
FROM files f CROSS JOIN directories d ON d.id = f.directory;
)sql";
// Made when they are first needed, which is for files that no snapshot needs under their own path.
inline constexpr const char* kIndexByName = R"sql(CREATE INDEX files_by_name ON files (name))sql";
inline constexpr const char* kIndexByInode = R"sql(CREATE INDEX files_by_inode ON files (inode, device))sql";

inline constexpr const char* kAt = R"sql(
SELECT number, root, path, uri, inode, device, size, mtime_ns, ctime_ns, uid, needs FROM seen
WHERE directory = (SELECT id FROM directories WHERE root = ?1 AND path = ?2) AND name = ?3)sql";
inline constexpr const char* kByInode = R"sql(
SELECT number, root, path, uri, inode, device, size, mtime_ns, ctime_ns, uid, needs FROM seen
WHERE inode = ?1 AND device = ?2 ORDER BY directory, name)sql";
inline constexpr const char* kByName = R"sql(
SELECT number, root, path, uri, inode, device, size, mtime_ns, ctime_ns, uid, needs FROM seen
WHERE name = ?1 AND inode IS NOT NULL ORDER BY directory)sql";
inline constexpr const char* kLostByName = R"sql(
SELECT number, root, path, uri, inode, device, size, mtime_ns, ctime_ns, uid, needs FROM seen
WHERE name = ?1 AND inode IS NULL ORDER BY directory)sql";
inline constexpr const char* kByPlace = R"sql(
SELECT f.number, d.root, d.path || f.name, COALESCE(f.uri, d.uri || f.name), f.inode, f.device, f.size,
  f.mtime_ns, f.ctime_ns, f.uid, f.needs
FROM directories d CROSS JOIN files f ON f.directory = d.id ORDER BY d.root, d.path, f.name)sql";
inline constexpr const char* kSegmented = R"sql(
SELECT s.number, s.root, s.path, s.uri, s.inode, s.device, s.size, s.mtime_ns, s.ctime_ns, s.uid, s.needs,
  g.start, g.length
FROM seen s CROSS JOIN segments g ON g.file = s.number WHERE s.whole = 0
ORDER BY s.directory, s.name, g.start, g.length)sql";
inline constexpr const char* kAnySegment = R"sql(SELECT 1 FROM segments LIMIT 1)sql";
inline constexpr const char* kFiles = R"sql(SELECT files FROM snapshots WHERE snapshot = ?)sql";
inline constexpr const char* kAlias = R"sql(SELECT file FROM aliases WHERE number = ?)sql";

inline constexpr const char* kDirectory =
    R"sql(SELECT id, uri FROM directories WHERE root = ? AND path = ?)sql";
inline constexpr const char* kInsertDirectory =
    R"sql(INSERT INTO directories (root, path, uri) VALUES (?, ?, ?))sql";
inline constexpr const char* kInsertNamed = R"sql(
INSERT INTO named (directory, name, number, uri, whole, size, segments_end, needs)
VALUES (?, ?, ?, NULLIF(?, ''), ?, ?, ?, ?))sql";
inline constexpr const char* kNamed = R"sql(
SELECT n.directory, n.name, n.number, COALESCE(n.uri, ''), n.whole, n.size, n.segments_end, n.needs
FROM named n ORDER BY n.directory, n.name, n.number)sql";
inline constexpr const char* kForgetNamed = R"sql(DELETE FROM named)sql";
inline constexpr const char* kPlace = R"sql(SELECT root, path FROM directories WHERE id = ?)sql";
inline constexpr const char* kInsertAlias = R"sql(INSERT INTO aliases (number, file) VALUES (?, ?))sql";
inline constexpr const char* kJoinSegments =
    R"sql(UPDATE OR REPLACE segments SET file = ?2 WHERE file = ?1)sql";
inline constexpr const char* kInsertFile = R"sql(
INSERT INTO files (directory, name, number, uri, whole, needs, device, inode, size, mtime_ns, ctime_ns, uid)
VALUES (?, ?, ?, NULLIF(?, ''), ?, ?, ?, ?, ?, ?, ?, ?))sql";
inline constexpr const char* kInsertLost = R"sql(
INSERT INTO files (directory, name, number, uri, whole, needs) VALUES (?, ?, ?, NULLIF(?, ''), ?, ?))sql";
inline constexpr const char* kInsertSegment =
    R"sql(INSERT OR IGNORE INTO segments (file, start, length) VALUES (?, ?, ?))sql";
inline constexpr const char* kInsertSnapshot =
    R"sql(INSERT INTO snapshots (snapshot, files) VALUES (?, ?))sql";

// All that select rows.
inline constexpr std::array kAll = {kAt,         kByInode, kByName, kLostByName, kByPlace, kSegmented,
                                    kAnySegment, kFiles,   kAlias,  kDirectory,  kNamed,   kPlace};

}  // namespace checkpointfs::removal::sql
