// SPDX-License-Identifier: Apache-2.0
// The queries of Reader and its readers. They stand in a header so that a test can ask SQLite for the plan of
// each.
#pragma once

#include <array>

#include "index/read/query.h"

namespace checkpointfs::index::queries {

inline constexpr Query kRoots = R"sql(SELECT id, path, is_source FROM roots ORDER BY id)sql";
inline constexpr Query kMappings = R"sql(
SELECT uri_prefix, directory, inferred, scope FROM mappings ORDER BY uri_prefix, scope, inferred)sql";
inline constexpr Query kTotals = R"sql(SELECT files, bytes FROM totals WHERE id = 1)sql";
inline constexpr Query kSizes = R"sql(
SELECT files, bytes, large_files, large_bytes FROM totals WHERE id = 1)sql";
inline constexpr Query kScan = R"sql(SELECT scan FROM totals WHERE id = 1)sql";
inline constexpr Query kLastId = R"sql(SELECT MAX(last_id, (SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence
  WHERE name = 'directories')) FROM totals WHERE id = 1)sql";
inline constexpr Query kChangedSince = R"sql(
SELECT directory_id FROM snapshot_rows WHERE changed > ? ORDER BY directory_id)sql";
inline constexpr Query kAllDirectories = R"sql(
SELECT d.id, d.name, d.mode, d.uid, d.gid, d.mtime_ns, COALESCE(d.parent_id, 0), COALESCE(s.changed, 0)
FROM directories d LEFT JOIN snapshot_rows s ON s.directory_id = d.id ORDER BY d.id)sql";
inline constexpr Query kReferredFiles = R"sql(
SELECT file_id FROM reference_rows WHERE snapshot_id = ? ORDER BY ordinal)sql";
// Sums the upper and the lower halves by themselves, because SUM() of hostile lengths fails when it
// overflows.
inline constexpr Query kFileSums = R"sql(
SELECT COUNT(*) FILTER (WHERE status <> 0),
  SUM(length >> 32) FILTER (WHERE links = 1 AND length > 4294967295),
  SUM(length & 4294967295) FILTER (WHERE links = 1 AND length > 0)
FROM files)sql";
inline constexpr Query kSnapshotTotals = R"sql(
SELECT status, bytes FROM snapshot_rows ORDER BY directory_id)sql";

inline constexpr Query kDirectory = R"sql(
SELECT id, name, mode, uid, gid, mtime_ns FROM directories WHERE id = ?)sql";
inline constexpr Query kDirectoryByName = R"sql(
SELECT id, name, mode, uid, gid, mtime_ns FROM directories
WHERE parent_id = ? AND name = ?)sql";
inline constexpr Query kDirectories = R"sql(
SELECT id, name, mode, uid, gid, mtime_ns FROM directories
WHERE parent_id = ? AND id > ? ORDER BY id)sql";
inline constexpr Query kDirectoryAfter = R"sql(
SELECT id FROM directories
WHERE parent_id = (SELECT parent_id FROM directories WHERE id = ?1) AND id > ?1 ORDER BY id LIMIT 1)sql";
inline constexpr Query kParent = R"sql(SELECT COALESCE(parent_id, id) FROM directories WHERE id = ?)sql";
inline constexpr Query kMetadata = R"sql(
SELECT directory_id, status, metadata_size, owned_size, metadata_mtime_ns, metadata_mode, metadata_uid,
  metadata_gid
FROM snapshot_rows WHERE directory_id = ?)sql";

// The directory `shared` of a job.
inline constexpr Query kHasSnapshots = R"sql(
SELECT 1 FROM directories d JOIN snapshot_rows s ON s.directory_id = d.id
WHERE d.parent_id = ? LIMIT 1)sql";
inline constexpr Query kSharedFiles = R"sql(
SELECT {node}, {name} FROM files f {node_joins}
WHERE f.id > ?2 AND {is_shared} ORDER BY f.id)sql";
inline constexpr Query kSharedFileByName = R"sql(
SELECT {node}, sf.name FROM state_file_rows sf CROSS JOIN files f ON f.id = sf.id
  CROSS JOIN state_directories sd ON sd.id = sf.directory_id
WHERE sf.name = ?2 AND {is_shared}
UNION ALL
SELECT {node}, f.name FROM files f {node_joins}
WHERE f.name = ?2 AND {is_shared} ORDER BY 1 LIMIT 1)sql";
inline constexpr Query kSharedFileById = R"sql(
SELECT {node}, {name} FROM files f {node_joins}
WHERE f.id = ?2 AND {is_shared})sql";

inline constexpr Query kFileNode = R"sql(
SELECT {node}, {name} FROM files f {node_joins} WHERE f.id = ?)sql";
inline constexpr Query kFileByAlias = R"sql(
SELECT {node}, r.alias
FROM reference_rows r INDEXED BY references_by_alias CROSS JOIN files f ON f.id = r.file_id
  {node_joins}
WHERE r.snapshot_id = ?1 AND r.alias = ?2)sql";
// Plain files have the name of their state file, and its id.
inline constexpr Query kFileByName = R"sql(
SELECT {node}, sf.name FROM state_file_rows sf CROSS JOIN files f ON f.id = sf.id
  CROSS JOIN state_directories sd ON sd.id = sf.directory_id
  CROSS JOIN reference_rows r ON r.file_id = f.id
WHERE sf.name = ?2 AND r.snapshot_id = ?1 AND r.alias IS NULL
UNION ALL
SELECT {node}, f.name FROM files f CROSS JOIN reference_rows r ON r.file_id = f.id {node_joins}
WHERE f.name = ?2 AND r.snapshot_id = ?1 AND r.alias IS NULL)sql";
inline constexpr Query kFileNodes = R"sql(
SELECT {node}, {alias}, r.ordinal FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id
  {node_joins}
WHERE r.snapshot_id = ? AND r.ordinal >= ? ORDER BY r.ordinal)sql";
inline constexpr Query kFileNodeAt = R"sql(
SELECT {node}, {alias} FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id {node_joins}
WHERE r.snapshot_id = ? AND r.ordinal = ?)sql";
inline constexpr Query kFile = R"sql(
SELECT {location}, {name} FROM files f {location_joins} WHERE f.id = ?)sql";
inline constexpr Query kFileOpening = R"sql(
SELECT sd.root_id, sd.path, sf.name, f.start, f.length, sf.size, sf.mtime_ns
FROM files f CROSS JOIN state_file_rows sf ON sf.id = f.state_file_id
  CROSS JOIN state_directories sd ON sd.id = sf.directory_id
WHERE f.id = ? AND f.status = 0)sql";
inline constexpr Query kFiles = R"sql(
SELECT {location}, {alias} FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id
  {location_joins}
WHERE r.snapshot_id = ? ORDER BY r.ordinal)sql";
inline constexpr Query kFilesFrom = R"sql(
SELECT {location}, {alias}, r.ordinal FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id
  {location_joins}
WHERE r.snapshot_id = ? AND r.ordinal >= ? ORDER BY r.ordinal LIMIT ?)sql";
inline constexpr Query kFileAt = R"sql(
SELECT {location}, {alias} FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id
  {location_joins}
WHERE r.snapshot_id = ? AND r.ordinal = ?)sql";
inline constexpr Query kFileIds = R"sql(
SELECT f.id, {name} FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id {node_joins}
WHERE r.snapshot_id = ? ORDER BY r.ordinal)sql";
inline constexpr Query kExclusive = R"sql(
SELECT f.length FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id
WHERE r.snapshot_id = ? AND f.links = 1 ORDER BY r.ordinal)sql";

inline constexpr Query kSnapshot = R"sql(
SELECT {snapshot} FROM snapshot_rows s {snapshot_joins}
WHERE s.directory_id = ?)sql";
inline constexpr Query kSnapshotsAfter = R"sql(
SELECT {snapshot} FROM snapshot_rows s {snapshot_joins}
WHERE s.directory_id > ? ORDER BY s.directory_id LIMIT 200)sql";
inline constexpr Query kFilesAfter = R"sql(
SELECT {location}, {name} FROM files f {location_joins} WHERE f.id > ? ORDER BY f.id LIMIT 500)sql";
inline constexpr Query kReferencesAfter = R"sql(
SELECT r.snapshot_id, r.ordinal, r.file_id, {alias}
FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id {node_joins}
WHERE (r.snapshot_id, r.ordinal) > (?1, ?2) ORDER BY r.snapshot_id, r.ordinal LIMIT 1000)sql";
inline constexpr Query kSourceDirectories = R"sql(
SELECT root_id FROM directories
WHERE path = '' AND root_id IN (SELECT id FROM roots) ORDER BY name)sql";
inline constexpr Query kSnapshotsOfSource = R"sql(
SELECT {snapshot} FROM directories d CROSS JOIN snapshot_rows s ON s.directory_id = d.id
  JOIN directories t ON t.root_id = d.root_id AND t.path = '' JOIN roots ro ON ro.id = d.root_id
WHERE d.root_id = ? ORDER BY d.path)sql";

// A path is split into a directory and a name; see state_files for when the directory is ''.
inline constexpr Query kStateFilesByPlace = R"sql(
SELECT sf.id FROM state_directories sd
  CROSS JOIN state_file_rows sf ON sf.name = ?3 AND sf.directory_id = sd.id
WHERE sd.root_id = ?1 AND sd.path = ?2 ORDER BY sf.id)sql";
// ?2: the last component of ?1.
inline constexpr Query kStateFilesByUri = R"sql(
SELECT sf.id FROM state_file_rows sf CROSS JOIN state_directories sd ON sd.id = sf.directory_id
WHERE sf.name = ?2 AND sf.uri IS NULL AND sd.uri || sf.name = ?1
UNION
SELECT id FROM state_file_rows WHERE uri = ?1 ORDER BY 1)sql";
// Finds by projected name, or by the name of the state file, from which the projected name was made by a
// suffix.
inline constexpr Query kStateFilesByName = R"sql(
SELECT id FROM state_file_rows WHERE name = ?1
UNION
SELECT state_file_id FROM files WHERE name = ?1
UNION
SELECT f.state_file_id FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id
WHERE r.alias = ?1
UNION
SELECT f.state_file_id FROM files f {location_joins}
WHERE f.name > ?1 || '-' AND f.name < ?1 || '.' AND {is_named}
UNION
SELECT f.state_file_id FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id {location_joins}
WHERE r.alias > ?1 || '-' AND r.alias < ?1 || '.' AND {is_named} ORDER BY 1)sql";
inline constexpr Query kSnapshotsOfFile = R"sql(
SELECT DISTINCT snapshot_id FROM reference_rows WHERE file_id = ? ORDER BY snapshot_id LIMIT 64)sql";
inline constexpr Query kReferencesToStateFile = R"sql(
SELECT snapshot_id, ordinal FROM reference_rows WHERE file_id = ?1
UNION
SELECT r.snapshot_id, r.ordinal FROM files f CROSS JOIN reference_rows r ON r.file_id = f.id
WHERE f.state_file_id = ?1 AND f.id <> f.state_file_id ORDER BY 1, 2)sql";
inline constexpr Query kOperators = R"sql(
SELECT operator_id, name, uid, parallelism, inline_bytes, file_bytes
FROM operator_rows WHERE snapshot_id = ? ORDER BY ordinal)sql";
inline constexpr Query kUses = R"sql(
SELECT file_id, snapshot_id
FROM reference_rows INDEXED BY references_by_file ORDER BY file_id, snapshot_id)sql";
inline constexpr Query kUsedFiles = R"sql(
SELECT f.id, f.length, sd.root_id, sd.path || sf.name, COALESCE(sf.uri, sd.uri || sf.name)
FROM files f {node_joins} ORDER BY f.id)sql";
inline constexpr Query kStateFiles = R"sql(
SELECT sf.id, sd.root_id, sd.path || sf.name, sf.size, sf.mtime_ns
FROM state_file_rows sf CROSS JOIN state_directories sd ON sd.id = sf.directory_id
WHERE sf.status = 0 ORDER BY 2, 3)sql";
inline constexpr Query kKnownFilesAfter = R"sql(
SELECT sf.id, sd.root_id, sd.path || sf.name, sf.status, sf.size, sf.mtime_ns
FROM state_file_rows sf CROSS JOIN state_directories sd ON sd.id = sf.directory_id
WHERE sf.id > ? AND sd.root_id <> 0 ORDER BY sf.id LIMIT 256)sql";
inline constexpr Query kKnownFilesAt = R"sql(
SELECT sf.id FROM roots ro CROSS JOIN state_directories sd ON sd.root_id = ro.id AND sd.path = ?2
  CROSS JOIN state_file_rows sf ON sf.name = ?3 AND sf.directory_id = sd.id
WHERE ro.path = ?1)sql";
inline constexpr Query kStateDirectories = R"sql(
SELECT DISTINCT ro.id, ro.path, ro.is_source, sd.path
FROM state_directories sd JOIN roots ro ON ro.id = sd.root_id)sql";
// All directories above a snapshot have a row. ?3 and ?4: ?2 with a slash, and with the character after a
// slash.
inline constexpr Query kKnowsBelow = R"sql(
SELECT 1 FROM roots ro CROSS JOIN directories d ON d.root_id = ro.id AND d.path = ?2
WHERE ro.path = ?1
UNION ALL
SELECT 1 FROM roots ro
  CROSS JOIN state_directories sd ON sd.root_id = ro.id AND sd.path >= ?3 AND sd.path < ?4
WHERE ro.path = ?1 LIMIT 1)sql";

// Segments of the files of which snapshots need segments only.
inline constexpr Query kSegments = R"sql(
SELECT f.state_file_id, sf.size, f.start, f.length FROM files f
  JOIN state_file_rows sf ON sf.id = f.state_file_id
WHERE f.segment = 1 AND f.status = 0 AND f.links > 0 AND NOT EXISTS (
  SELECT 1 FROM files w WHERE w.id = f.state_file_id AND w.segment = 0 AND w.links > 0)
ORDER BY 1, 3)sql";

inline constexpr Query kIdentities = R"sql(
SELECT sf.id, COALESCE(sf.uri, sd.uri || sf.name), sf.device, sf.inode, sd.root_id, sd.path || sf.name
FROM state_file_rows sf JOIN state_directories sd ON sd.id = sf.directory_id ORDER BY sf.id)sql";

// All queries that must not read a whole table. Left out: kUses, kUsedFiles, kSegments, kStateFiles and
// kIdentities, which commands ask, not mounts; kFileSums, for metrics; and kChangedSince, kAllDirectories and
// kReferredFiles, which tell the changes of a scan.
inline constexpr auto kAll = std::to_array<const char*>({kRoots,
                                                         kMappings,
                                                         kTotals,
                                                         kSizes,
                                                         kScan,
                                                         kLastId,
                                                         kSnapshotTotals,
                                                         kDirectory,
                                                         kDirectoryByName,
                                                         kDirectories,
                                                         kDirectoryAfter,
                                                         kParent,
                                                         kMetadata,
                                                         kFileNode,
                                                         kFileNodes,
                                                         kFileNodeAt,
                                                         kFile,
                                                         kFileOpening,
                                                         kFileByAlias,
                                                         kFileByName,
                                                         kFiles,
                                                         kFilesFrom,
                                                         kFileIds,
                                                         kExclusive,
                                                         kHasSnapshots,
                                                         kSharedFiles,
                                                         kSharedFileByName,
                                                         kSharedFileById,
                                                         kSnapshot,
                                                         kSourceDirectories,
                                                         kSnapshotsOfSource,
                                                         kStateFilesByPlace,
                                                         kStateFilesByUri,
                                                         kStateFilesByName,
                                                         kSnapshotsOfFile,
                                                         kReferencesToStateFile,
                                                         kOperators,
                                                         kSnapshotsAfter,
                                                         kFilesAfter,
                                                         kReferencesAfter,
                                                         kKnownFilesAfter,
                                                         kKnownFilesAt,
                                                         kStateDirectories,
                                                         kKnowsBelow,
                                                         kFileAt});

}  // namespace checkpointfs::index::queries
