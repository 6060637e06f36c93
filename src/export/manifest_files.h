// SPDX-License-Identifier: Apache-2.0
// The manifest beside an exported snapshot, and the file for sha256sum(1): both made from the journal.
#pragma once

#include <string>

#include "export/journal.h"
#include "export/placement.h"
#include "export/target.h"
#include "index/database/types.h"
#include "storage/disk_operations.h"
#include "transfer/checksums.h"

namespace checkpointfs::exporting {

inline constexpr char kManifestSuffix[] = ".manifest.jsonl";
inline constexpr char kSumsSuffix[] = ".SHA256SUMS";

// Writes "<snapshot>.manifest.jsonl" into the directory above the snapshot, durably, and
// "<snapshot>.SHA256SUMS" if SHA-256 is wanted. `journal`: of all files. Returns the path of the manifest.
// Files of the same names are replaced if an export has made them for the same snapshot. Throws
// Failure(kRefused) if one is another file, SystemError.
std::string write_manifest_files(const Target& target, const Notes& notes, int journal,
                                 const FileRecord& metadata, const index::Snapshot& snapshot,
                                 const Placement& placement, const struct stat& like,
                                 transfer::Checksums checksums, storage::DiskOperations& disk);

// True if the manifest files are there.
bool has_manifest_files(const Target& target, const Placement& placement, transfer::Checksums checksums);

}  // namespace checkpointfs::exporting
