// SPDX-License-Identifier: Apache-2.0
// The queries of Reader, here so that a test can ask SQLite how it would go about each of them.
#pragma once

#include <array>

namespace checkpointfs::index::queries {

// The columns that file_of() takes apart, for files f and state_files sf.
#define CHECKPOINTFS_NODE                                                                       \
  "f.id, f.length, f.links, sf.mtime_ns, sf.mode, sf.uid, sf.gid, sd.passage, sd.passage_uid, " \
  "sd.passage_gid"
#define CHECKPOINTFS_NODE_JOINS                               \
  "CROSS JOIN state_file_rows sf ON sf.id = f.state_file_id " \
  "CROSS JOIN state_directories sd ON sd.id = sf.directory_id "
// Those of location_of(), for the directory sd of the state file and (left) roots ro as well.
#define CHECKPOINTFS_LOCATION                                                  \
  "f.id, f.start, f.length, f.status, f.reason, f.links, sd.path || sf.name, " \
  "COALESCE(sf.uri, sd.uri || sf.name), sf.size, sf.mtime_ns, sf.reason, ro.id, ro.path, ro.is_source"
#define CHECKPOINTFS_LOCATION_JOINS \
  CHECKPOINTFS_NODE_JOINS           \
  "LEFT JOIN roots ro ON ro.id = sd.root_id "
// The natural name of a file, and its projected one.
#define CHECKPOINTFS_NAME "COALESCE(f.name, sf.name)"
#define CHECKPOINTFS_ALIAS "COALESCE(r.alias, f.name, sf.name)"
// For directories d, snapshots s, roots ro and the directory t of the source.
#define CHECKPOINTFS_SNAPSHOT                                                                        \
  "s.directory_id, t.id, t.name, d.path, ro.id, ro.path, ro.is_source, s.status, s.reason, "         \
  "s.metadata_size, "                                                                                \
  "s.metadata_mtime_ns, s.owned_size, s.file_handles, s.version, s.kind, s.checkpoint_id, s.files, " \
  "s.bytes, "                                                                                        \
  "s.broken_files, s.has_changelog, s.job_size"
#define CHECKPOINTFS_SNAPSHOT_JOINS                              \
  "JOIN directories d ON d.id = s.directory_id "                 \
  "JOIN directories t ON t.root_id = d.root_id AND t.path = '' " \
  "JOIN roots ro ON ro.id = d.root_id "

inline constexpr const char* kRoots = "SELECT id, path, is_source FROM roots ORDER BY id";
inline constexpr const char* kMappings =
    "SELECT uri_prefix, directory, inferred, scope FROM mappings ORDER BY uri_prefix, scope, inferred";
inline constexpr const char* kTotals = "SELECT files, bytes FROM totals WHERE id = 1";
inline constexpr const char* kSizes =
    "SELECT files, bytes, large_files, large_bytes FROM totals WHERE id = 1";
inline constexpr const char* kScan = "SELECT scan FROM totals WHERE id = 1";
inline constexpr const char* kChangedSince =
    "SELECT directory_id FROM snapshot_rows WHERE changed > ? ORDER BY directory_id";
inline constexpr const char* kAllDirectories =
    "SELECT d.id, d.name, d.mode, d.uid, d.gid, d.mtime_ns, COALESCE(d.parent_id, 0), COALESCE(s.changed, 0) "
    "FROM directories d LEFT JOIN snapshot_rows s ON s.directory_id = d.id ORDER BY d.id";
inline constexpr const char* kReferredFiles =
    "SELECT file_id FROM reference_rows WHERE snapshot_id = ? ORDER BY ordinal";
// The upper and the lower halves by themselves: SUM() of hostile lengths fails when it overflows.
inline constexpr const char* kFileSums =
    "SELECT COUNT(*) FILTER (WHERE status <> 0), "
    "SUM(length >> 32) FILTER (WHERE links = 1 AND length > 4294967295), "
    "SUM(length & 4294967295) FILTER (WHERE links = 1 AND length > 0) FROM files";
inline constexpr const char* kSnapshotTotals =
    "SELECT status, bytes FROM snapshot_rows ORDER BY directory_id";

inline constexpr const char* kDirectory =
    "SELECT id, name, mode, uid, gid, mtime_ns FROM directories WHERE id = ?";
inline constexpr const char* kDirectoryByName =
    "SELECT id, name, mode, uid, gid, mtime_ns FROM directories WHERE parent_id = ? AND name = ?";
inline constexpr const char* kDirectories =
    "SELECT id, name, mode, uid, gid, mtime_ns FROM directories WHERE parent_id = ? AND id > ? ORDER BY id";
inline constexpr const char* kParent = "SELECT COALESCE(parent_id, id) FROM directories WHERE id = ?";
inline constexpr const char* kMetadata =
    "SELECT directory_id, status, metadata_size, owned_size, metadata_mtime_ns, metadata_mode, metadata_uid, "
    "metadata_gid "
    "FROM snapshot_rows WHERE directory_id = ?";

// Files of a directory `shared`: those of the snapshots right below a directory.
#define CHECKPOINTFS_IS_SHARED                                                                           \
  "EXISTS (SELECT 1 FROM reference_rows r JOIN directories d ON d.id = r.snapshot_id WHERE r.file_id = " \
  "f.id "                                                                                                \
  "AND d.parent_id = ?1)"
inline constexpr const char* kHasSnapshots =
    "SELECT 1 FROM directories d JOIN snapshot_rows s ON s.directory_id = d.id WHERE d.parent_id = ? LIMIT 1";
inline constexpr const char* kSharedFiles =
    "SELECT " CHECKPOINTFS_NODE ", " CHECKPOINTFS_NAME " FROM files f " CHECKPOINTFS_NODE_JOINS
    "WHERE f.id > ?2 AND " CHECKPOINTFS_IS_SHARED " ORDER BY f.id";
inline constexpr const char* kSharedFileByName =
    "SELECT " CHECKPOINTFS_NODE
    ", sf.name FROM state_file_rows sf CROSS JOIN files f ON f.id = sf.id "
    "CROSS JOIN state_directories sd ON sd.id = sf.directory_id "
    "WHERE sf.name = ?2 AND " CHECKPOINTFS_IS_SHARED
    " UNION ALL "
    "SELECT " CHECKPOINTFS_NODE ", f.name FROM files f " CHECKPOINTFS_NODE_JOINS
    "WHERE f.name = ?2 AND " CHECKPOINTFS_IS_SHARED " ORDER BY 1 LIMIT 1";
inline constexpr const char* kSharedFileById =
    "SELECT " CHECKPOINTFS_NODE ", " CHECKPOINTFS_NAME " FROM files f " CHECKPOINTFS_NODE_JOINS
    "WHERE f.id = ?2 AND " CHECKPOINTFS_IS_SHARED;
#undef CHECKPOINTFS_IS_SHARED

inline constexpr const char* kFileNode = "SELECT " CHECKPOINTFS_NODE ", " CHECKPOINTFS_NAME
                                         " FROM files f " CHECKPOINTFS_NODE_JOINS "WHERE f.id = ?";
inline constexpr const char* kFileByAlias = "SELECT " CHECKPOINTFS_NODE
                                            ", r.alias FROM reference_rows r INDEXED BY references_by_alias "
                                            "CROSS JOIN files f ON f.id = r.file_id " CHECKPOINTFS_NODE_JOINS
                                            "WHERE r.snapshot_id = ?1 AND r.alias = ?2";
// Plain files have the name of their state file, and its id.
inline constexpr const char* kFileByName =
    "SELECT " CHECKPOINTFS_NODE
    ", sf.name FROM state_file_rows sf CROSS JOIN files f ON f.id = sf.id "
    "CROSS JOIN state_directories sd ON sd.id = sf.directory_id "
    "CROSS JOIN reference_rows r ON r.file_id = f.id "
    "WHERE sf.name = ?2 AND r.snapshot_id = ?1 AND r.alias IS NULL UNION ALL "
    "SELECT " CHECKPOINTFS_NODE
    ", f.name FROM files f CROSS JOIN reference_rows r ON r.file_id = f.id " CHECKPOINTFS_NODE_JOINS
    "WHERE f.name = ?2 AND r.snapshot_id = ?1 AND r.alias IS NULL";
inline constexpr const char* kFileNodes =
    "SELECT " CHECKPOINTFS_NODE ", " CHECKPOINTFS_ALIAS
    ", r.ordinal FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id " CHECKPOINTFS_NODE_JOINS
    "WHERE r.snapshot_id = ? AND r.ordinal >= ? ORDER BY r.ordinal";
inline constexpr const char* kFileNodeAt =
    "SELECT " CHECKPOINTFS_NODE ", " CHECKPOINTFS_ALIAS
    " FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id " CHECKPOINTFS_NODE_JOINS
    "WHERE r.snapshot_id = ? AND r.ordinal = ?";
inline constexpr const char* kFile = "SELECT " CHECKPOINTFS_LOCATION ", " CHECKPOINTFS_NAME
                                     " FROM files f " CHECKPOINTFS_LOCATION_JOINS "WHERE f.id = ?";
inline constexpr const char* kFileOpening =
    "SELECT sd.root_id, sd.path, sf.name, f.start, f.length, sf.size FROM files f "
    "CROSS JOIN state_file_rows sf ON sf.id = f.state_file_id "
    "CROSS JOIN state_directories sd ON sd.id = sf.directory_id WHERE f.id = ? AND f.status = 0";
inline constexpr const char* kFiles =
    "SELECT " CHECKPOINTFS_LOCATION ", " CHECKPOINTFS_ALIAS
    " FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id " CHECKPOINTFS_LOCATION_JOINS
    "WHERE r.snapshot_id = ? ORDER BY r.ordinal";
inline constexpr const char* kFileAt =
    "SELECT " CHECKPOINTFS_LOCATION ", " CHECKPOINTFS_ALIAS
    " FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id " CHECKPOINTFS_LOCATION_JOINS
    "WHERE r.snapshot_id = ? AND r.ordinal = ?";
inline constexpr const char* kFileIds =
    "SELECT f.id, " CHECKPOINTFS_NAME
    " FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id " CHECKPOINTFS_NODE_JOINS
    "WHERE r.snapshot_id = ? ORDER BY r.ordinal";
inline constexpr const char* kExclusive =
    "SELECT f.length FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id "
    "WHERE r.snapshot_id = ? AND f.links = 1 ORDER BY r.ordinal";

inline constexpr const char* kSnapshot =
    "SELECT " CHECKPOINTFS_SNAPSHOT " FROM snapshot_rows s " CHECKPOINTFS_SNAPSHOT_JOINS
    "WHERE s.directory_id = ?";
inline constexpr const char* kSnapshotsAfter =
    "SELECT " CHECKPOINTFS_SNAPSHOT " FROM snapshot_rows s " CHECKPOINTFS_SNAPSHOT_JOINS
    "WHERE s.directory_id > ? ORDER BY s.directory_id LIMIT 200";
inline constexpr const char* kFilesAfter =
    "SELECT " CHECKPOINTFS_LOCATION ", " CHECKPOINTFS_NAME " FROM files f " CHECKPOINTFS_LOCATION_JOINS
    "WHERE f.id > ? ORDER BY f.id LIMIT 500";
inline constexpr const char* kReferencesAfter =
    "SELECT r.snapshot_id, r.ordinal, r.file_id, " CHECKPOINTFS_ALIAS
    " FROM reference_rows r "
    "CROSS JOIN files f ON f.id = r.file_id " CHECKPOINTFS_NODE_JOINS
    "WHERE (r.snapshot_id, r.ordinal) > (?1, ?2) ORDER BY r.snapshot_id, r.ordinal LIMIT 1000";
inline constexpr const char* kSourceDirectories =
    "SELECT root_id FROM directories WHERE path = '' AND root_id IN (SELECT id FROM roots) ORDER BY name";
inline constexpr const char* kSnapshotsOfSource =
    "SELECT " CHECKPOINTFS_SNAPSHOT
    " FROM directories d CROSS JOIN snapshot_rows s ON s.directory_id = d.id "
    "JOIN directories t ON t.root_id = d.root_id AND t.path = '' JOIN roots ro ON ro.id = d.root_id "
    "WHERE d.root_id = ? ORDER BY d.path";

// A path is that of a directory and a name; see state_files for when the directory is ''.
inline constexpr const char* kStateFilesByPlace =
    "SELECT sf.id FROM state_directories sd CROSS JOIN state_file_rows sf ON sf.name = ?3 AND "
    "sf.directory_id = "
    "sd.id WHERE sd.root_id = ?1 AND sd.path = ?2 ORDER BY sf.id";
// ?2: the last component of ?1.
inline constexpr const char* kStateFilesByUri =
    "SELECT sf.id FROM state_file_rows sf CROSS JOIN state_directories sd ON sd.id = sf.directory_id "
    "WHERE sf.name = ?2 AND sf.uri IS NULL AND sd.uri || sf.name = ?1 UNION "
    "SELECT id FROM state_file_rows WHERE uri = ?1 ORDER BY 1";
// By projected name, or by that of the state file, from which the projected one was made by a suffix.
#define CHECKPOINTFS_IS_NAMED \
  "AND (sd.path || sf.name = ?1 OR substr(sd.path || sf.name, -length(?1) - 1) = '/' || ?1) "
inline constexpr const char* kStateFilesByName =
    "SELECT id FROM state_file_rows WHERE name = ?1 UNION "
    "SELECT state_file_id FROM files WHERE name = ?1 UNION "
    "SELECT f.state_file_id FROM reference_rows r CROSS JOIN files f ON f.id = r.file_id WHERE r.alias = ?1 "
    "UNION "
    "SELECT f.state_file_id FROM files f " CHECKPOINTFS_LOCATION_JOINS
    "WHERE f.name > ?1 || '-' AND f.name < ?1 || '.' " CHECKPOINTFS_IS_NAMED
    "UNION "
    "SELECT f.state_file_id FROM reference_rows r CROSS JOIN files f ON f.id = "
    "r.file_id " CHECKPOINTFS_LOCATION_JOINS
    "WHERE r.alias > ?1 || '-' AND r.alias < ?1 || '.' " CHECKPOINTFS_IS_NAMED "ORDER BY 1";
#undef CHECKPOINTFS_IS_NAMED
inline constexpr const char* kSnapshotsOfFile =
    "SELECT DISTINCT snapshot_id FROM reference_rows WHERE file_id = ? ORDER BY snapshot_id LIMIT 64";
inline constexpr const char* kReferencesToStateFile =
    "SELECT snapshot_id, ordinal FROM reference_rows WHERE file_id = ?1 UNION "
    "SELECT r.snapshot_id, r.ordinal FROM files f CROSS JOIN reference_rows r ON r.file_id = f.id "
    "WHERE f.state_file_id = ?1 AND f.id <> f.state_file_id ORDER BY 1, 2";
inline constexpr const char* kOperators =
    "SELECT operator_id, name, uid, parallelism, inline_bytes, file_bytes FROM operator_rows WHERE "
    "snapshot_id = "
    "? "
    "ORDER BY ordinal";
inline constexpr const char* kUses =
    "SELECT file_id, snapshot_id FROM reference_rows INDEXED BY references_by_file ORDER BY file_id, "
    "snapshot_id";
inline constexpr const char* kUsedFiles =
    "SELECT f.id, f.length, sd.root_id, sd.path || sf.name, COALESCE(sf.uri, sd.uri || sf.name) FROM files "
    "f " CHECKPOINTFS_NODE_JOINS "ORDER BY f.id";
inline constexpr const char* kStateFiles =
    "SELECT sf.id, sd.root_id, sd.path || sf.name, sf.size, sf.mtime_ns FROM state_file_rows sf "
    "CROSS JOIN state_directories sd ON sd.id = sf.directory_id WHERE sf.status = 0 ORDER BY 2, 3";
inline constexpr const char* kKnownFilesAfter =
    "SELECT sf.id, sd.root_id, sd.path || sf.name, sf.status, sf.size, sf.mtime_ns FROM state_file_rows sf "
    "CROSS JOIN state_directories sd ON sd.id = sf.directory_id WHERE sf.id > ? AND sd.root_id <> 0 "
    "ORDER BY sf.id LIMIT 256";
inline constexpr const char* kKnownFilesAt =
    "SELECT sf.id FROM roots ro CROSS JOIN state_directories sd ON sd.root_id = ro.id AND sd.path = ?2 "
    "CROSS JOIN state_file_rows sf ON sf.name = ?3 AND sf.directory_id = sd.id WHERE ro.path = ?1";
inline constexpr const char* kStateDirectories =
    "SELECT DISTINCT ro.id, ro.path, ro.is_source, sd.path FROM state_directories sd "
    "JOIN roots ro ON ro.id = sd.root_id";
// All directories above a snapshot have a row. ?3 and ?4: ?2 with a slash, and with the character after that.
inline constexpr const char* kKnowsBelow =
    "SELECT 1 FROM roots ro CROSS JOIN directories d ON d.root_id = ro.id AND d.path = ?2 WHERE ro.path = ?1 "
    "UNION ALL SELECT 1 FROM roots ro CROSS JOIN state_directories sd ON sd.root_id = ro.id AND sd.path >= "
    "?3 "
    "AND sd.path < ?4 WHERE ro.path = ?1 LIMIT 1";

// Of files of which snapshots need segments only.
inline constexpr const char* kSegments =
    "SELECT f.state_file_id, sf.size, f.start, f.length FROM files f JOIN state_file_rows sf ON "
    "sf.id = f.state_file_id WHERE f.segment = 1 AND f.status = 0 AND f.links > 0 AND NOT EXISTS (SELECT 1 "
    "FROM files "
    "w WHERE w.id = f.state_file_id AND w.segment = 0 AND w.links > 0) ORDER BY 1, 3";

inline constexpr const char* kIdentities =
    "SELECT sf.id, COALESCE(sf.uri, sd.uri || sf.name), sf.device, sf.inode, sd.root_id, "
    "sd.path || sf.name FROM state_file_rows sf "
    "JOIN state_directories sd ON sd.id = sf.directory_id ORDER BY sf.id";

#undef CHECKPOINTFS_NODE
#undef CHECKPOINTFS_NODE_JOINS
#undef CHECKPOINTFS_LOCATION
#undef CHECKPOINTFS_LOCATION_JOINS
#undef CHECKPOINTFS_NAME
#undef CHECKPOINTFS_ALIAS
#undef CHECKPOINTFS_SNAPSHOT
#undef CHECKPOINTFS_SNAPSHOT_JOINS

// All but those that read whole tables: kUses, kUsedFiles, kSegments, kStateFiles and kIdentities, which are
// for commands, not for mounts, kFileSums, which is for metrics, and kChangedSince, kAllDirectories and
// kReferredFiles, which tell what a scan has changed.
inline constexpr std::array kAll = {kRoots,
                                    kMappings,
                                    kTotals,
                                    kSizes,
                                    kScan,
                                    kSnapshotTotals,
                                    kDirectory,
                                    kDirectoryByName,
                                    kDirectories,
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
                                    kFileAt};

}  // namespace checkpointfs::index::queries
