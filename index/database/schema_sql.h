// SPDX-License-Identifier: Apache-2.0
// The tables of the index in SQL, one script for each version of the schema.
#pragma once

#include <array>

namespace checkpointfs::index {

// The indexes that the first scan makes when it has written all snapshots. Of older programs, state_file_rows
// has a constraint instead of the first.
inline constexpr const char* kIndexes = R"sql(
CREATE UNIQUE INDEX state_files_by_name ON state_file_rows (name, directory_id);
CREATE INDEX references_by_file ON reference_rows (file_id);
)sql";

// kMigrations[n] makes version n+1 out of version n, but for kIndexes.
inline constexpr std::array<const char*, 4> kMigrations = {R"sql(
-- Directories that files are opened beneath.
CREATE TABLE roots (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  path      TEXT NOT NULL UNIQUE,
  is_source INTEGER NOT NULL
) STRICT;

CREATE TABLE mappings (
  uri_prefix TEXT NOT NULL,
  scope      TEXT NOT NULL,      -- inferred: for the snapshots below this directory; '' for all
  inferred   INTEGER NOT NULL,
  directory  TEXT NOT NULL,
  PRIMARY KEY (uri_prefix, scope, inferred)
) STRICT, WITHOUT ROWID;

-- Directories of the projection; row 1 is its root. An id is never used again, as inode numbers are made of it.
CREATE TABLE directories (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  parent_id INTEGER REFERENCES directories,   -- NULL for row 1
  name      TEXT NOT NULL,
  root_id   INTEGER NOT NULL,                 -- the source; 0 for row 1 of several sources
  path      TEXT NOT NULL,                    -- below the source
  mode      INTEGER NOT NULL,
  uid       INTEGER NOT NULL,
  gid       INTEGER NOT NULL,
  mtime_ns  INTEGER NOT NULL,
  UNIQUE (parent_id, name),
  UNIQUE (root_id, path)
) STRICT;
CREATE INDEX directories_by_parent ON directories (parent_id);

CREATE TABLE snapshot_rows (
  directory_id      INTEGER PRIMARY KEY REFERENCES directories,
  metadata_device   INTEGER NOT NULL,
  metadata_inode    INTEGER NOT NULL,
  metadata_size     INTEGER NOT NULL,
  metadata_mtime_ns INTEGER NOT NULL,
  metadata_mode     INTEGER NOT NULL,
  metadata_uid      INTEGER NOT NULL,
  metadata_gid      INTEGER NOT NULL,
  status            INTEGER NOT NULL,         -- 0 ok, 1 broken, 2 incomplete, 3 unreadable, 4 healed, 5 outside, 6 denied
  reason            TEXT NOT NULL,
  version           INTEGER NOT NULL,
  kind              TEXT NOT NULL,
  checkpoint_id     INTEGER NOT NULL,
  owned_size        INTEGER NOT NULL,         -- of the rewritten metadata
  job_size          INTEGER NOT NULL,         -- of the metadata that names the files in the job's directory `shared`
  file_handles      INTEGER NOT NULL,
  files             INTEGER NOT NULL,
  bytes             INTEGER NOT NULL,
  broken_files      INTEGER NOT NULL,
  has_changelog     INTEGER NOT NULL,
  stale             INTEGER NOT NULL,         -- 1: to be read again, even if its metadata did not change
  changed           INTEGER NOT NULL          -- which scan last changed it: the value that totals.scan then got
) STRICT;
CREATE INDEX snapshots_stale ON snapshot_rows (directory_id) WHERE stale = 1;

-- Directories of state files, as their paths and URIs have them: each of the two, with a name behind it, is that of a file.
CREATE TABLE state_directories (
  id      INTEGER PRIMARY KEY,
  root_id INTEGER NOT NULL,                   -- 0: not resolved, the path is the URI
  path    TEXT NOT NULL,                      -- below the root; '' or ending in a slash
  uri     TEXT NOT NULL,                      -- '' if the files have theirs themselves
  files   INTEGER NOT NULL,                   -- in state_files
  UNIQUE (root_id, path, uri)
) STRICT;

-- Physical files, as they were when first looked at. Of more than 16 namesakes the others have their whole path for a name.
CREATE TABLE state_file_rows (
  id           INTEGER PRIMARY KEY,
  directory_id INTEGER NOT NULL REFERENCES state_directories,
  name         TEXT NOT NULL,
  uri          TEXT,                          -- if it does not end in the name
  device       INTEGER NOT NULL,
  inode        INTEGER NOT NULL,
  size         INTEGER NOT NULL,
  mtime_ns     INTEGER NOT NULL,
  mode         INTEGER NOT NULL,
  uid          INTEGER NOT NULL,
  gid          INTEGER NOT NULL,
  status       INTEGER NOT NULL,              -- 0 ok, 1 missing, 3 unmapped, 4 outside, 5 not regular, 6 unreadable, 7 denied
  reason       TEXT NOT NULL
) STRICT;
CREATE INDEX state_files_by_uri ON state_file_rows (uri) WHERE uri IS NOT NULL;

-- Files of the projection: a state file, or a segment of one. The whole state file under its own name, the plain file, has
-- its id too, and no other file has that, nor an id that was used before: inode numbers are made of it. A snapshot that
-- records another size than the file has gets a row of its own, with that size and status 2, so that it does not break the
-- snapshots that are right.
CREATE TABLE files (
  id            INTEGER PRIMARY KEY,
  state_file_id INTEGER NOT NULL REFERENCES state_file_rows,
  segment       INTEGER NOT NULL,             -- 0: the whole file
  start         INTEGER NOT NULL,
  length        INTEGER NOT NULL,
  name          TEXT,                         -- NULL: plain; '' where all snapshots have an alias
  status        INTEGER NOT NULL,             -- that of the state file, or 2 wrong size
  reason        TEXT NOT NULL,                -- of a wrong size
  links         INTEGER NOT NULL              -- snapshots that refer to it
) STRICT;
CREATE UNIQUE INDEX files_not_plain ON files (state_file_id, segment, start, length) WHERE id <> state_file_id;
CREATE INDEX files_by_name ON files (name) WHERE name IS NOT NULL;

-- Which snapshot shows which files.
CREATE TABLE reference_rows (
  snapshot_id INTEGER NOT NULL REFERENCES snapshot_rows,
  ordinal     INTEGER NOT NULL,               -- the order of the metadata
  file_id     INTEGER NOT NULL REFERENCES files,
  alias       TEXT,                           -- the projected name, if it is not files.name
  PRIMARY KEY (snapshot_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX references_by_alias ON reference_rows (alias, snapshot_id) WHERE alias IS NOT NULL;

CREATE TABLE operator_rows (
  snapshot_id     INTEGER NOT NULL REFERENCES snapshot_rows,
  ordinal         INTEGER NOT NULL,           -- the order of the metadata
  operator_id     TEXT NOT NULL,              -- 32 hexadecimal digits
  name            TEXT NOT NULL,              -- '' before Flink 2.0, as the uid
  uid             TEXT NOT NULL,
  parallelism     INTEGER NOT NULL,
  max_parallelism INTEGER NOT NULL,
  inline_bytes    INTEGER NOT NULL,           -- of its state inside the metadata
  file_bytes      INTEGER NOT NULL,           -- of the files that it needs, each once
  PRIMARY KEY (snapshot_id, ordinal)
) STRICT, WITHOUT ROWID;

-- Sums over files, kept up to date with them.
CREATE TABLE totals (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  files       INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  large_files INTEGER NOT NULL,               -- whole files of at least kLargeFile bytes
  large_bytes INTEGER NOT NULL,
  last_id     INTEGER NOT NULL,               -- the greatest that a file or state file ever had
  scan        INTEGER NOT NULL                -- how many scans changed something
) STRICT;
INSERT INTO totals (id, files, bytes, large_files, large_bytes, last_id, scan) VALUES (1, 0, 0, 0, 0, 0, 0);

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- For people: see checkpointfs-index(5). The program itself reads none of them.
CREATE VIEW snapshots AS
SELECT s.directory_id AS id,
  CASE WHEN t.id = 1 THEN d.path WHEN d.path = '' THEN t.name ELSE t.name || '/' || d.path END AS path,
  j.job AS job, r.path AS source,
  CASE s.status WHEN 0 THEN 'ok' WHEN 1 THEN 'broken' WHEN 2 THEN 'incomplete' WHEN 3 THEN 'unreadable'
    WHEN 4 THEN 'healed' END AS status,
  s.reason AS reason, s.kind AS kind, s.checkpoint_id AS checkpoint_id,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.metadata_mtime_ns / 1000000000, 'unixepoch') AS time,
  s.version AS version, s.files AS files, s.bytes AS bytes, s.has_changelog AS changelog
FROM snapshot_rows s JOIN directories d ON d.id = s.directory_id JOIN roots r ON r.id = d.root_id
JOIN directories t ON t.root_id = d.root_id AND t.path = '' LEFT JOIN jobs j ON j.id = d.parent_id;

CREATE VIEW jobs AS
SELECT d.id AS id, CASE WHEN t.id = 1 THEN d.path WHEN d.path = '' THEN t.name ELSE t.name || '/' || d.path END AS job
FROM directories d LEFT JOIN directories t ON t.root_id = d.root_id AND t.path = '';

CREATE VIEW state_files AS
SELECT f.id AS id, COALESCE(f.name, sf.name) AS name, COALESCE(sf.uri, sd.uri || sf.name) AS uri,
  r.path || '/' || sd.path || sf.name AS path, f.segment AS segment,
  f.start AS start, f.length AS bytes,
  CASE f.status WHEN 0 THEN 'ok' WHEN 1 THEN 'missing' WHEN 2 THEN 'wrong size' WHEN 3 THEN 'unmapped'
    WHEN 4 THEN 'outside' WHEN 5 THEN 'not a regular file' WHEN 6 THEN 'unreadable' END AS status,
  f.links AS snapshots
FROM files f JOIN state_file_rows sf ON sf.id = f.state_file_id JOIN state_directories sd ON sd.id = sf.directory_id
LEFT JOIN roots r ON r.id = sd.root_id;

CREATE VIEW "references" AS
SELECT r.snapshot_id AS snapshot_id, r.file_id AS file_id, COALESCE(r.alias, f.name, sf.name) AS name
FROM reference_rows r JOIN files f ON f.id = r.file_id JOIN state_file_rows sf ON sf.id = f.state_file_id;

CREATE VIEW operators AS
SELECT o.snapshot_id AS snapshot_id, o.operator_id AS operator_id, o.name AS name, o.uid AS uid,
  o.parallelism AS parallelism, o.max_parallelism AS max_parallelism, o.inline_bytes + o.file_bytes AS bytes
FROM operator_rows o;
)sql",
                                                           R"sql(
-- The views know the statuses that version 2 added.
DROP VIEW snapshots;
DROP VIEW state_files;

CREATE VIEW snapshots AS
SELECT s.directory_id AS id,
  CASE WHEN t.id = 1 THEN d.path WHEN d.path = '' THEN t.name ELSE t.name || '/' || d.path END AS path,
  j.job AS job, r.path AS source,
  CASE s.status WHEN 0 THEN 'ok' WHEN 1 THEN 'broken' WHEN 2 THEN 'incomplete' WHEN 3 THEN 'unreadable'
    WHEN 4 THEN 'healed' WHEN 5 THEN 'outside' WHEN 6 THEN 'denied' END AS status,
  s.reason AS reason, s.kind AS kind, s.checkpoint_id AS checkpoint_id,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.metadata_mtime_ns / 1000000000, 'unixepoch') AS time,
  s.version AS version, s.files AS files, s.bytes AS bytes, s.has_changelog AS changelog
FROM snapshot_rows s JOIN directories d ON d.id = s.directory_id JOIN roots r ON r.id = d.root_id
JOIN directories t ON t.root_id = d.root_id AND t.path = '' LEFT JOIN jobs j ON j.id = d.parent_id;

CREATE VIEW state_files AS
SELECT f.id AS id, COALESCE(f.name, sf.name) AS name, COALESCE(sf.uri, sd.uri || sf.name) AS uri,
  r.path || '/' || sd.path || sf.name AS path, f.segment AS segment,
  f.start AS start, f.length AS bytes,
  CASE f.status WHEN 0 THEN 'ok' WHEN 1 THEN 'missing' WHEN 2 THEN 'wrong size' WHEN 3 THEN 'unmapped'
    WHEN 4 THEN 'outside' WHEN 5 THEN 'not a regular file' WHEN 6 THEN 'unreadable'
    WHEN 7 THEN 'denied' END AS status,
  f.links AS snapshots
FROM files f JOIN state_file_rows sf ON sf.id = f.state_file_id JOIN state_directories sd ON sd.id = sf.directory_id
LEFT JOIN roots r ON r.id = sd.root_id;
)sql",
                                                           R"sql(
-- Directories of sources that ever had a snapshot right in them. A scan takes none away, also of sources that are
-- no roots any more: what removes misses those that have no snapshot now.
CREATE TABLE IF NOT EXISTS known_jobs (
  source TEXT NOT NULL,                       -- its path
  path   TEXT NOT NULL,                       -- below the source
  PRIMARY KEY (source, path)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO known_jobs (source, path)
SELECT DISTINCT r.path, COALESCE(p.path, '') FROM snapshot_rows s
JOIN directories d ON d.id = s.directory_id JOIN roots r ON r.id = d.root_id
LEFT JOIN directories p ON p.id = d.parent_id AND p.root_id = d.root_id;
)sql",
                                                           R"sql(
-- Who may pass through a directory and all above it (index/access.h): 4 its owner, 2 its group, 1 others; -1 unknown.
ALTER TABLE state_directories ADD COLUMN passage INTEGER NOT NULL DEFAULT -1;
ALTER TABLE state_directories ADD COLUMN passage_uid INTEGER NOT NULL DEFAULT -1;
ALTER TABLE state_directories ADD COLUMN passage_gid INTEGER NOT NULL DEFAULT -1;
CREATE INDEX state_directories_unknown ON state_directories (root_id, path) WHERE passage = -1;
CREATE INDEX state_directories_changed ON state_directories (id) WHERE passage >= 8;
-- Modes tell from bit 16 on which of their permissions an access control list takes back. Of these files nobody has asked.
UPDATE state_file_rows SET mode = mode | (mode & 63) << 16;
)sql"};

}  // namespace checkpointfs::index
