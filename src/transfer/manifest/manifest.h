// SPDX-License-Identifier: Apache-2.0
// The manifest of a copy: names, sizes, origins and check sums of all files that the copy must have.
//
// `chk-42.manifest.jsonl` stands beside the directory `chk-42` of the copy. The first line names the
// snapshot, each further line one file (`_metadata` is one of them), and the last line counts them, so that a
// manifest which was cut short is noticed:
//
//   {"manifest":1,"snapshot":"<path in the projection>","checkpoint_id":42}
//   {"name":"0a1b...","size":6321,"uri":"hdfs://ns1/...","segment":{"offset":0},"crc32c":"271636a1","sha256":"..."}
//   {"files":1,"bytes":6321,"crc32c":"<of all bytes of the lines above>"}
//
// Whatever is not known is absent: "checkpoint_id", "uri", the sums (a plan reads no state), and "crc32c" of
// the last line, which may be removed from a manifest that was edited. "segment" is there for segments only.
// Strings hold any bytes: they are escaped as base::with_json_escapes() does. Readers ignore other members.
//
// ManifestWriter and ManifestReader stream: neither holds more than a line. crc32c.h and sha256.h compute the
// sums, sha256sums.h writes the file that sha256sum(1) checks, and line_reader.h yields the lines of a file.
// The folder knows neither indices nor stores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "transfer/manifest/sha256.h"

namespace checkpointfs::transfer {

struct ManifestHeader {
  std::string snapshot;  // its path in the projection
  std::optional<int64_t> checkpoint_id;

  bool operator==(const ManifestHeader&) const = default;
};

// A file of the copy.
struct ManifestEntry {
  std::string name;                        // one component of a path, of any bytes
  uint64_t size = 0;                       // of the copy: the length of a segment
  std::string uri;                         // of the source in its store; "" if it is not known
  std::optional<uint64_t> segment_offset;  // in the source
  std::optional<uint32_t> crc32c;
  std::optional<Sha256Sum> sha256;

  bool operator==(const ManifestEntry&) const = default;
};

// The number that the first line has.
inline constexpr int64_t kManifestVersion = 1;

}  // namespace checkpointfs::transfer
