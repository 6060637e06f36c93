// SPDX-License-Identifier: Apache-2.0
// Storage with one snapshot of very many handles.
#pragma once

#include <cstdint>
#include <string>

namespace checkpointfs::big {

inline const std::string kJob = "1f2e3d4c5b6a79881f2e3d4c5b6a7988";
inline const std::string kSnapshot = kJob + "/chk-1";

// Each subtask has a thousand handles: 700 different segments of 100 merged files; 200 files of some 2000,
// named `file:/...` and `file:///...` by turns, with ten base names between them; 100 files whose names need
// surrogate pairs. The very last handle has a NUL in its name.
struct BigStorage {
  std::string source;  // to be scanned
  uint64_t handles = 0;
  uint64_t files = 0;  // shown by the snapshot, but for `_metadata`
  uint64_t metadata_size = 0;
};

// REQUIRES: `thousands` >= 10; `source` is an absolute path where nothing is.
BigStorage write_big_storage(const std::string& source, int thousands);

// Each handle names a file of its own, which no mapping leads to.
BigStorage write_unmapped_storage(const std::string& source, int thousands);

}  // namespace checkpointfs::big
