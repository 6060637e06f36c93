// SPDX-License-Identifier: Apache-2.0
#include "cli/query/index_json.h"

#include "base/text/format.h"

namespace checkpointfs::cli {

JsonArray mappings_json(const std::vector<storage::Mapping>& mappings) {
  JsonArray out;
  for (const storage::Mapping& mapping : mappings) {
    out.push_back(JsonObject{{"uri_prefix", mapping.uri_prefix},
                             {"directory", mapping.directory},
                             {"inferred", mapping.inferred},
                             {"scope", mapping.scope}});
  }
  return out;
}

JsonArray sources_json(const std::vector<storage::Root>& roots) {
  JsonArray out;
  for (const storage::Root& root : roots) {
    if (root.is_source) out.push_back(root.path);
  }
  return out;
}

JsonObject totals_json(const index::Totals& totals) {
  return {{"snapshots", totals.snapshots},
          {"broken_snapshots", totals.broken_snapshots},
          {"files", totals.files},
          {"bytes", totals.bytes},
          {"projected_bytes", totals.projected_bytes}};
}

JsonObject snapshot_json(const index::Snapshot& snapshot, uint64_t exclusive_bytes) {
  return {{"path", snapshot.path},
          {"source", snapshot.source.path},
          {"source_path", snapshot.source_path},
          {"status", to_string(snapshot.status)},
          {"reason", snapshot.reason},
          {"kind", snapshot.kind},
          {"checkpoint_id", snapshot.checkpoint_id},
          {"format", snapshot.version},
          {"time", base::iso_time(snapshot.metadata_mtime_ns)},
          {"metadata_size", snapshot.metadata_size},
          {"relative_metadata_size", snapshot.owned_size},
          {"file_count", snapshot.files},
          {"broken_file_count", snapshot.broken_files},
          {"bytes", snapshot.bytes},
          {"exclusive_bytes", exclusive_bytes},
          {"changelog", snapshot.has_changelog}};
}

}  // namespace checkpointfs::cli
