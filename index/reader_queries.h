// SPDX-License-Identifier: Apache-2.0
// The queries of Reader, here so that a test can ask SQLite how it would go about each of them.
#pragma once

#include <array>

namespace checkpointfs::index::queries {

// The columns that reader_rows.cc takes apart, for files f, state_files sf and (left) roots ro.
#define CHECKPOINTFS_FILE                                                                                    \
  "f.id, f.segment, f.start, f.length, f.status, f.reason, f.links, sf.path, sf.uri, sf.size, sf.mtime_ns, " \
  "sf.mode, sf.uid, sf.gid, sf.reason, ro.id, ro.path, ro.is_source"
// All files, each with its natural name.
#define CHECKPOINTFS_FILES                                                      \
  "SELECT " CHECKPOINTFS_FILE                                                   \
  ", f.name FROM files f CROSS JOIN state_files sf ON sf.id = f.state_file_id " \
  "LEFT JOIN roots ro ON ro.id = sf.root_id "
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
inline constexpr const char* kSnapshotTotals = "SELECT status, bytes FROM snapshots ORDER BY directory_id";

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
    "FROM snapshots WHERE directory_id = ?";

// Files of a directory `shared`: those of the snapshots right below a directory.
#define CHECKPOINTFS_IS_SHARED                                                                           \
  "EXISTS (SELECT 1 FROM \"references\" r JOIN directories d ON d.id = r.snapshot_id WHERE r.file_id = " \
  "f.id "                                                                                                \
  "AND d.parent_id = ?1)"
inline constexpr const char* kHasSnapshots =
    "SELECT 1 FROM directories d JOIN snapshots s ON s.directory_id = d.id WHERE d.parent_id = ? LIMIT 1";
inline constexpr const char* kSharedFiles =
    CHECKPOINTFS_FILES "WHERE f.id > ?2 AND " CHECKPOINTFS_IS_SHARED " ORDER BY f.id";
inline constexpr const char* kSharedFileByName =
    CHECKPOINTFS_FILES "WHERE f.name = ?2 AND " CHECKPOINTFS_IS_SHARED " ORDER BY f.id LIMIT 1";
inline constexpr const char* kSharedFileById =
    CHECKPOINTFS_FILES "WHERE f.id = ?2 AND " CHECKPOINTFS_IS_SHARED;
#undef CHECKPOINTFS_IS_SHARED

inline constexpr const char* kFile = "SELECT " CHECKPOINTFS_FILE
                                     ", f.name FROM files f JOIN state_files sf ON sf.id = f.state_file_id "
                                     "LEFT JOIN roots ro ON ro.id = sf.root_id WHERE f.id = ?";
inline constexpr const char* kFileByAlias =
    "SELECT " CHECKPOINTFS_FILE
    ", r.alias FROM \"references\" r INDEXED BY references_by_alias JOIN files f ON f.id = r.file_id "
    "JOIN state_files sf ON sf.id = f.state_file_id LEFT JOIN roots ro ON ro.id = sf.root_id "
    "WHERE r.snapshot_id = ?1 AND r.alias = ?2";
inline constexpr const char* kFileByName =
    "SELECT " CHECKPOINTFS_FILE
    ", f.name FROM files f CROSS JOIN \"references\" r ON r.file_id = f.id "
    "JOIN state_files sf ON sf.id = f.state_file_id LEFT JOIN roots ro ON ro.id = sf.root_id "
    "WHERE r.snapshot_id = ?1 AND f.name = ?2 AND r.alias IS NULL";
inline constexpr const char* kFiles =
    "SELECT " CHECKPOINTFS_FILE
    ", COALESCE(r.alias, f.name), r.ordinal FROM \"references\" r CROSS JOIN files f ON f.id = r.file_id "
    "CROSS JOIN state_files sf ON sf.id = f.state_file_id LEFT JOIN roots ro ON ro.id = sf.root_id "
    "WHERE r.snapshot_id = ? AND r.ordinal >= ? ORDER BY r.ordinal";
inline constexpr const char* kFileIds =
    "SELECT f.id, f.name FROM \"references\" r CROSS JOIN files f ON f.id = r.file_id WHERE r.snapshot_id = "
    "? "
    "ORDER BY r.ordinal";
inline constexpr const char* kExclusive =
    "SELECT f.length FROM \"references\" r CROSS JOIN files f ON f.id = r.file_id "
    "WHERE r.snapshot_id = ? AND f.links = 1 ORDER BY r.ordinal";

inline constexpr const char* kSnapshot =
    "SELECT " CHECKPOINTFS_SNAPSHOT " FROM snapshots s " CHECKPOINTFS_SNAPSHOT_JOINS
    "WHERE s.directory_id = ?";
inline constexpr const char* kSnapshotsAfter =
    "SELECT " CHECKPOINTFS_SNAPSHOT " FROM snapshots s " CHECKPOINTFS_SNAPSHOT_JOINS
    "WHERE s.directory_id > ? ORDER BY s.directory_id LIMIT 200";
inline constexpr const char* kFilesAfter = CHECKPOINTFS_FILES "WHERE f.id > ? ORDER BY f.id LIMIT 500";
inline constexpr const char* kReferencesAfter =
    "SELECT r.snapshot_id, r.ordinal, r.file_id, COALESCE(r.alias, f.name) FROM \"references\" r "
    "CROSS JOIN files f ON f.id = r.file_id WHERE (r.snapshot_id, r.ordinal) > (?1, ?2) "
    "ORDER BY r.snapshot_id, r.ordinal LIMIT 1000";
inline constexpr const char* kSourceDirectories =
    "SELECT root_id FROM directories WHERE path = '' AND root_id IN (SELECT id FROM roots) ORDER BY name";
inline constexpr const char* kSnapshotsOfSource =
    "SELECT " CHECKPOINTFS_SNAPSHOT
    " FROM directories d CROSS JOIN snapshots s ON s.directory_id = d.id "
    "JOIN directories t ON t.root_id = d.root_id AND t.path = '' JOIN roots ro ON ro.id = d.root_id "
    "WHERE d.root_id = ? ORDER BY d.path";

inline constexpr const char* kStateFileByPlace =
    "SELECT sf.id FROM roots ro JOIN state_files sf ON sf.root_id = ro.id WHERE ro.path = ? AND sf.path = ?";
inline constexpr const char* kStateFileByLocation =
    "SELECT id FROM state_files WHERE root_id = ? AND path = ?";
inline constexpr const char* kStateFilesByUri = "SELECT id FROM state_files WHERE uri = ? ORDER BY id";
// By projected name, or by that of the state file, from which the projected one was made by a suffix.
inline constexpr const char* kStateFilesByName =
    "SELECT state_file_id FROM files WHERE name = ?1 UNION "
    "SELECT f.state_file_id FROM \"references\" r CROSS JOIN files f ON f.id = r.file_id WHERE r.alias = ?1 "
    "UNION "
    "SELECT f.state_file_id FROM files f CROSS JOIN state_files sf ON sf.id = f.state_file_id "
    "WHERE f.name > ?1 || '-' AND f.name < ?1 || '.' "
    "AND (sf.path = ?1 OR substr(sf.path, -length(?1) - 1) = '/' || ?1) UNION "
    "SELECT f.state_file_id FROM \"references\" r CROSS JOIN files f ON f.id = r.file_id "
    "CROSS JOIN state_files sf ON sf.id = f.state_file_id "
    "WHERE r.alias > ?1 || '-' AND r.alias < ?1 || '.' "
    "AND (sf.path = ?1 OR substr(sf.path, -length(?1) - 1) = '/' || ?1) ORDER BY 1";
inline constexpr const char* kReferencesToStateFile =
    "SELECT r.snapshot_id, r.ordinal FROM files f CROSS JOIN \"references\" r ON r.file_id = f.id "
    "WHERE f.state_file_id = ? ORDER BY r.snapshot_id, r.ordinal";
inline constexpr const char* kOperators =
    "SELECT operator_id, name, uid, parallelism, inline_bytes, file_bytes FROM operators WHERE snapshot_id = "
    "? "
    "ORDER BY ordinal";
inline constexpr const char* kUses =
    "SELECT file_id, snapshot_id FROM \"references\" INDEXED BY references_by_file ORDER BY file_id, "
    "snapshot_id";
inline constexpr const char* kUsedFiles =
    "SELECT f.id, f.length, sf.root_id, sf.path, sf.uri FROM files f CROSS JOIN state_files sf "
    "ON sf.id = f.state_file_id ORDER BY f.id";
inline constexpr const char* kStateFiles =
    "SELECT id, root_id, path, size, mtime_ns FROM state_files WHERE status = 0 ORDER BY root_id, path";
inline constexpr const char* kFileAt =
    "SELECT " CHECKPOINTFS_FILE
    ", COALESCE(r.alias, f.name), r.ordinal FROM \"references\" r CROSS JOIN files f ON f.id = r.file_id "
    "CROSS JOIN state_files sf ON sf.id = f.state_file_id LEFT JOIN roots ro ON ro.id = sf.root_id "
    "WHERE r.snapshot_id = ? AND r.ordinal = ?";

#undef CHECKPOINTFS_FILES
#undef CHECKPOINTFS_FILE
#undef CHECKPOINTFS_SNAPSHOT
#undef CHECKPOINTFS_SNAPSHOT_JOINS

// All but kUses, kUsedFiles and kStateFiles, which read whole tables: they are for commands, not for mounts.
inline constexpr std::array kAll = {kRoots,
                                    kMappings,
                                    kTotals,
                                    kSizes,
                                    kSnapshotTotals,
                                    kDirectory,
                                    kDirectoryByName,
                                    kDirectories,
                                    kParent,
                                    kMetadata,
                                    kFile,
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
                                    kStateFileByPlace,
                                    kStateFileByLocation,
                                    kStateFilesByUri,
                                    kStateFilesByName,
                                    kReferencesToStateFile,
                                    kOperators,
                                    kSnapshotsAfter,
                                    kFilesAfter,
                                    kReferencesAfter,
                                    kFileAt};

}  // namespace checkpointfs::index::queries
