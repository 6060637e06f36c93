// SPDX-License-Identifier: Apache-2.0
// Snapshots made by hand, with their state inside the metadata.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "flink/metadata.h"
#include "state/snapshot/operator_rows.h"
#include "state/snapshot/snapshot_bytes.h"
#include "state/snapshot/state_layout.h"
#include "state/snapshot/state_rows.h"
#include "storage/snapshot_files.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::test {

inline const std::string kVoidNamespace(1, '\0');  // its value

// A keyed handle of the heap backend (tag 3): the proxy, then the key groups from `first` on.
std::string heap_handle(const Proxy& proxy, int32_t first, const std::vector<std::string>& groups);

// A value state "s" of longs by int keys, and a key group of it.
Proxy long_states();
std::string long_group(int32_t group, const std::map<int, int64_t>& values);

// Operator state (tag 4): a proxy of version 5, then the elements of each state.
struct ListState {
  std::string name;
  std::string mode;  // "SPLIT_DISTRIBUTE", "UNION", "BROADCAST"
  std::string type;  // SNAP
  std::vector<std::string> elements;
};
struct BroadcastState {
  std::string name;
  std::string key_type;
  std::string value_type;
  std::string content;  // int n | n x (key | value)
};
std::string operator_handle(const std::vector<ListState>& lists,
                            const std::vector<BroadcastState>& broadcasts = {});
// As Flink 1.18.1 writes a list state "s" with compression: all elements have the offset of the first.
std::string one_offset_handle(const std::string& type, int elements, const std::string& compressed);

// Opens no file, but those that a test gives.
class FilesOpener : public state::FileOpener {
 public:
  // `contents`: of each file, by its projected name.
  explicit FilesOpener(std::map<std::string, std::string> contents = {}) : contents_(std::move(contents)) {}
  Opened open(const storage::ProjectedFile& file) const override;

 private:
  const std::map<std::string, std::string> contents_;
};

class MadeSnapshot {
 public:
  // Throws if the metadata cannot be decoded.
  explicit MadeSnapshot(std::string metadata, std::map<std::string, std::string> files = {});
  MadeSnapshot(const MadeSnapshot&) = delete;
  MadeSnapshot& operator=(const MadeSnapshot&) = delete;

  const state::SnapshotBytes& bytes() const { return bytes_; }
  const state::OperatorLayout& layout(size_t operator_index = 0) const { return layouts_[operator_index]; }

 private:
  const std::string text_;
  const flink::Metadata metadata_;
  const storage::SnapshotFiles files_;
  const FilesOpener opener_;
  const state::SnapshotBytes bytes_;
  const std::vector<state::OperatorLayout> layouts_;
};

// Lines, each with a line feed, then "problem: ..." and "hidden: ...". The operator's id of 32 digits is
// "op".
class LineKeeper {
 public:
  state::LineSink sink() {
    return [this](std::string_view line) {
      add(line);
      return true;
    };
  }
  void add(std::string_view line);
  void add(const state::RowsReport& report);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace checkpointfs::test
