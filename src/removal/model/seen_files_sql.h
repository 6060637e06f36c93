// SPDX-License-Identifier: Apache-2.0
// The tables of SeenFiles and all questions about them, in a header so that a test can ask SQLite for the
// plan of each.
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
CREATE TABLE files (
  id           INTEGER PRIMARY KEY,
  directory    INTEGER NOT NULL,
  name         TEXT NOT NULL,
  uri          TEXT,              -- if it is not that of the directory, and the name
  whole        INTEGER NOT NULL,  -- 1: a snapshot needs all of it, and not only segments
  size         INTEGER NOT NULL,  -- as metadata records it; -1: none does exactly
  segments_end INTEGER NOT NULL   -- the end of the last segment
);
CREATE UNIQUE INDEX files_by_name ON files (name, directory);
-- Segments of files.
CREATE TABLE segments (
  file   INTEGER NOT NULL,
  start  INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (file, start, length)
) WITHOUT ROWID;
-- Which snapshots name a file.
CREATE TABLE needs (
  file     INTEGER NOT NULL,
  snapshot INTEGER NOT NULL,
  size     INTEGER,               -- that it records, if it is not that of the file
  PRIMARY KEY (file, snapshot)
) WITHOUT ROWID;
-- The same by snapshot: the numbers of its files, as their bytes.
CREATE TABLE snapshots (
  snapshot INTEGER PRIMARY KEY,
  files    BLOB NOT NULL
);
-- Files that are there.
CREATE TABLE facts (
  file     INTEGER PRIMARY KEY,
  device   INTEGER NOT NULL,
  inode    INTEGER NOT NULL,
  size     INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL,
  uid      INTEGER NOT NULL
);
CREATE INDEX facts_by_inode ON facts (inode, device);
-- The files that each_of() visits.
CREATE TABLE chosen (file INTEGER PRIMARY KEY);
CREATE VIEW seen AS
SELECT f.id, d.root, d.path || f.name AS path, COALESCE(f.uri, d.uri || f.name) AS uri, x.inode, x.device, x.size,
  x.mtime_ns, x.ctime_ns, x.uid, f.directory, f.name
FROM files f CROSS JOIN directories d ON d.id = f.directory LEFT JOIN facts x ON x.file = f.id;
)sql";

inline constexpr const char* kAt = R"sql(
SELECT id, root, path, uri, inode, device, size, mtime_ns, ctime_ns, uid FROM seen
WHERE name = ?3 AND directory = (SELECT id FROM directories WHERE root = ?1 AND path = ?2))sql";
inline constexpr const char* kByInode = R"sql(
SELECT s.id, s.root, s.path, s.uri, s.inode, s.device, s.size, s.mtime_ns, s.ctime_ns, s.uid
FROM facts l CROSS JOIN seen s ON s.id = l.file WHERE l.inode = ?1 AND l.device = ?2 ORDER BY l.file)sql";
inline constexpr const char* kByName = R"sql(
SELECT id, root, path, uri, inode, device, size, mtime_ns, ctime_ns, uid FROM seen
WHERE name = ?1 AND inode IS NOT NULL ORDER BY directory)sql";
inline constexpr const char* kLostByName = R"sql(
SELECT id, root, path, uri, inode, device, size, mtime_ns, ctime_ns, uid FROM seen
WHERE name = ?1 AND inode IS NULL ORDER BY directory)sql";
inline constexpr const char* kChosen = R"sql(
SELECT s.id, s.root, s.path, s.uri, s.inode, s.device, s.size, s.mtime_ns, s.ctime_ns, s.uid
FROM chosen c CROSS JOIN seen s ON s.id = c.file ORDER BY s.root, s.path)sql";
inline constexpr const char* kSegmented = R"sql(
SELECT s.id, s.root, s.path, s.uri, s.inode, s.device, s.size, s.mtime_ns, s.ctime_ns, s.uid, g.start, g.length
FROM segments g CROSS JOIN files f ON f.id = g.file AND f.whole = 0 CROSS JOIN seen s ON s.id = g.file
ORDER BY g.file, g.start, g.length)sql";
inline constexpr const char* kSnapshots =
    R"sql(SELECT snapshot FROM needs WHERE file = ? ORDER BY snapshot)sql";
inline constexpr const char* kFiles = R"sql(SELECT files FROM snapshots WHERE snapshot = ?)sql";
inline constexpr const char* kNeeds = R"sql(SELECT 1 FROM needs WHERE file = ? AND snapshot = ?)sql";
inline constexpr const char* kChoose = R"sql(INSERT OR IGNORE INTO chosen (file) VALUES (?))sql";
inline constexpr const char* kChooseNone = R"sql(DELETE FROM chosen)sql";

inline constexpr const char* kDirectory = R"sql(SELECT id FROM directories WHERE root = ? AND path = ?)sql";
inline constexpr const char* kInsertDirectory =
    R"sql(INSERT INTO directories (root, path, uri) VALUES (?, ?, ?))sql";
inline constexpr const char* kUri = R"sql(SELECT uri FROM directories WHERE id = ?)sql";
inline constexpr const char* kKnownFile = R"sql(
SELECT id, whole, size, segments_end FROM files
WHERE name = ?3 AND directory = (SELECT id FROM directories WHERE root = ?1 AND path = ?2))sql";
inline constexpr const char* kInsertFile = R"sql(
INSERT INTO files (id, directory, name, uri, whole, size, segments_end) VALUES (?, ?, ?, ?, 0, -1, 0))sql";
inline constexpr const char* kUpdateFile = R"sql(
UPDATE files SET whole = ?2, size = ?3, segments_end = ?4 WHERE id = ?1)sql";
inline constexpr const char* kInsertSegment =
    R"sql(INSERT OR IGNORE INTO segments (file, start, length) VALUES (?, ?, ?))sql";
// A snapshot may name a file several times: with its segments, and with another size than it said first.
inline constexpr const char* kInsertNeed = R"sql(
INSERT INTO needs (file, snapshot, size) VALUES (?1, ?2, NULLIF(?3, -1))
ON CONFLICT DO UPDATE SET size = excluded.size WHERE excluded.size IS NOT NULL)sql";
inline constexpr const char* kInsertSnapshot =
    R"sql(INSERT INTO snapshots (snapshot, files) VALUES (?, ?))sql";
inline constexpr const char* kFilesAfter = R"sql(
SELECT f.id, d.root, d.path || f.name, f.size, f.segments_end
FROM files f CROSS JOIN directories d ON d.id = f.directory WHERE f.id > ? ORDER BY f.id LIMIT 4096)sql";
inline constexpr const char* kInsertFacts = R"sql(
INSERT INTO facts (file, device, inode, size, mtime_ns, ctime_ns, uid) VALUES (?, ?, ?, ?, ?, ?, ?))sql";
inline constexpr const char* kSizes = R"sql(
SELECT snapshot, COALESCE(size, -1) FROM needs WHERE file = ? ORDER BY snapshot)sql";

// All that select rows.
inline constexpr std::array kAll = {kAt,        kByInode,   kByName,     kLostByName, kChosen,
                                    kSegmented, kSnapshots, kFiles,      kNeeds,      kDirectory,
                                    kUri,       kKnownFile, kFilesAfter, kSizes};

}  // namespace checkpointfs::removal::sql
