// SPDX-License-Identifier: Apache-2.0
// One snapshot's state by operator and subtask. For an incremental RocksDB handle, a directory that RocksDB's
// own tools open as a database.
//
//   <operator>/coordinator                    inline state of the source's coordinator
//   <operator>/<subtask>/managed-keyed/       the files of the handle, under the names of the local database
//   <operator>/<subtask>/managed-keyed/materialised-<n>/, changes/       of a changelog handle
//   <operator>/<subtask>/raw-keyed/, managed-operator/, raw-operator/, input-channels/, result-subpartitions/
//   .../inline-<n>                            state inside the metadata that has no name
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flink/metadata.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::storage {

// A pure function of the metadata: the same nodes with the same numbers each time.
class OperatorsTree {
 public:
  enum class Kind : uint8_t { kDirectory, kFile, kInline };
  struct Node {
    std::string name;
    uint32_t parent = 0;
    Kind kind = Kind::kDirectory;
    uint32_t file = 0;    // kFile: index into SnapshotFiles::files
    uint64_t offset = 0;  // kInline: of the bytes in the metadata,
    uint64_t length = 0;  // and how many
    std::vector<uint32_t> children;
  };

  // Node 0 is the root, which stands for the snapshot.
  OperatorsTree(const flink::Metadata& metadata, const SnapshotFiles& files);

  const std::vector<Node>& nodes() const { return nodes_; }
  std::optional<uint32_t> child(uint32_t directory, std::string_view name) const;

 private:
  uint32_t directory(uint32_t parent, const std::string& name);
  // Nothing is added where the directory has such a name already.
  Node* add(uint32_t parent, const std::string& name, Kind kind);
  void add_operators(const flink::Metadata& metadata);
  void add_databases(const flink::Metadata& metadata, const SnapshotFiles& files);
  void add_file(uint32_t parent, const std::string& name, uint32_t file);
  void add_inline(uint32_t parent, const flink::InlineHandle& handle);
  uint32_t state_directory(uint32_t op, int32_t subtask, flink::Role role);

  std::vector<Node> nodes_;
  std::unordered_map<std::string, uint32_t> by_name_;  // "<parent>/<name>"
  std::vector<uint32_t> operators_;                    // their nodes
};

}  // namespace checkpointfs::storage
