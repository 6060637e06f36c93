// SPDX-License-Identifier: Apache-2.0
// The tables of the index in SQL, one script for each version of the schema.
#pragma once

#include <array>

namespace checkpointfs::index {

// kMigrations[n] makes version n+1 out of version n.
inline constexpr std::array<const char*, 1> kMigrations = {R"sql(
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

CREATE TABLE snapshots (
  directory_id      INTEGER PRIMARY KEY REFERENCES directories,
  metadata_device   INTEGER NOT NULL,
  metadata_inode    INTEGER NOT NULL,
  metadata_size     INTEGER NOT NULL,
  metadata_mtime_ns INTEGER NOT NULL,
  metadata_mode     INTEGER NOT NULL,
  metadata_uid      INTEGER NOT NULL,
  metadata_gid      INTEGER NOT NULL,
  status            INTEGER NOT NULL,         -- 0 ok, 1 broken, 2 incomplete, 3 unreadable, 4 healed
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
  stale             INTEGER NOT NULL          -- 1: to be read again, even if its metadata did not change
) STRICT;
CREATE INDEX snapshots_stale ON snapshots (directory_id) WHERE stale = 1;

-- Physical files, as they were when first looked at.
CREATE TABLE state_files (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  root_id  INTEGER NOT NULL,                  -- 0: not resolved
  path     TEXT NOT NULL,                     -- below the root; not resolved: the URI
  uri      TEXT NOT NULL,
  device   INTEGER NOT NULL,
  inode    INTEGER NOT NULL,
  size     INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  mode     INTEGER NOT NULL,
  uid      INTEGER NOT NULL,
  gid      INTEGER NOT NULL,
  status   INTEGER NOT NULL,                  -- 0 ok, 1 missing, 3 unmapped, 4 outside, 5 not regular, 6 unreadable
  reason   TEXT NOT NULL,
  UNIQUE (root_id, path)
) STRICT;
CREATE INDEX state_files_by_uri ON state_files (uri);

-- Files of the projection: a state file, or a segment of one. A snapshot that records another size than the file has
-- gets a row of its own, with that size and status 2, so that it does not break the snapshots that are right.
CREATE TABLE files (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  state_file_id INTEGER NOT NULL REFERENCES state_files,
  segment       INTEGER NOT NULL,             -- 0: the whole file
  start         INTEGER NOT NULL,
  length        INTEGER NOT NULL,
  name          TEXT NOT NULL,                -- '' where all snapshots have an alias
  status        INTEGER NOT NULL,             -- that of the state file, or 2 wrong size
  reason        TEXT NOT NULL,                -- of a wrong size
  links         INTEGER NOT NULL,             -- snapshots that refer to it
  UNIQUE (state_file_id, segment, start, length)
) STRICT;
CREATE INDEX files_by_name ON files (name);
CREATE INDEX files_unreferenced ON files (state_file_id) WHERE links = 0;

-- Which snapshot shows which files.
CREATE TABLE "references" (
  snapshot_id INTEGER NOT NULL REFERENCES snapshots,
  ordinal     INTEGER NOT NULL,               -- the order of the metadata
  file_id     INTEGER NOT NULL REFERENCES files,
  alias       TEXT,                           -- the projected name, if it is not files.name
  PRIMARY KEY (snapshot_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX references_by_file ON "references" (file_id);
CREATE INDEX references_by_alias ON "references" (alias, snapshot_id) WHERE alias IS NOT NULL;

-- Sums over files, kept up to date with it.
CREATE TABLE totals (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO totals (id, files, bytes) VALUES (1, 0, 0);

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql"};

}  // namespace checkpointfs::index
