// SPDX-License-Identifier: Apache-2.0
// Builds `_metadata` files byte by byte, well-formed or not. Handles are strings of bytes, made by the
// functions below, so that a test may put anything anywhere:
//
//   MetadataBuilder(4)
//       .op({.parallelism = 2})
//       .subtask({.managed_operator = partitionable({{"state", {0, 8}}}, relative("a", 100))})
//       .subtask({.managed_keyed = incremental({.meta = relative("m", 7),
//                                               .shared = {{"000012.sst", file("file:/s/shared/b",
//                                               4096)}}})})
//       .bytes();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flink/metadata.h"

namespace checkpointfs::test {

// Stream state handles. Paths are written as they are: modified UTF-8.
std::string null_handle();
std::string byte(std::string_view name, std::string_view data);
std::string file(std::string_view path, int64_t size);
std::string relative(std::string_view path, int64_t size);
std::string segment(std::string_view path, int64_t start, int64_t size, int32_t scope = 1);
std::string empty_segment();
// Tag 3; also a keyed handle, as are 7 and 12 (which ends with a state handle id).
std::string key_groups(const std::string& delegate, const std::vector<int64_t>& offsets = {0, 16},
                       int tag = 3);

// Keyed state handles.
struct Incremental {
  int tag = 11;  // or 5
  int64_t checkpoint_id = 1;
  std::string meta = byte("meta", "m");
  std::vector<std::pair<std::string, std::string>> shared = {};  // local name, stream handle
  std::vector<std::pair<std::string, std::string>> private_ = {};
};
std::string incremental(const Incremental& handle);

// The layouts of the changelog tags.
enum class ChangelogLayout { kFlink1_14, kFlink1_15, kFlink1_16 };

// Tag 8, or 14 from Flink 1.16.
std::string changelog(const std::vector<std::string>& materialised, const std::vector<std::string>& changes,
                      ChangelogLayout layout = ChangelogLayout::kFlink1_16);
// Tag 9.
std::string changelog_bytes(const std::vector<std::pair<int32_t, std::string>>& changes,
                            ChangelogLayout layout = ChangelogLayout::kFlink1_16);
// Tag 10, or 13 from Flink 1.16: stream handles with offsets.
std::string changelog_files(const std::vector<std::pair<int64_t, std::string>>& files,
                            ChangelogLayout layout = ChangelogLayout::kFlink1_16);

// Operator state handles.
struct State {
  std::string name = "state";
  std::vector<int64_t> offsets = {0};
  int mode = 0;
};
std::string partitionable(const std::vector<State>& states, const std::string& delegate);
struct SegmentOperator {
  std::vector<State> states = {{}};
  std::string delegate = segment("file:/s/taskowned/merged", 100, 50);
  std::string task_owned_dir = "file:/s/taskowned";
  std::string shared_dir = "file:/s/shared";
  int is_empty = 0;
};
std::string segment_operator(const SegmentOperator& handle);

// A channel state handle; the builder writes it as the version has it.
struct Channel {
  std::string delegate;
  bool merged = false;  // version 6
  int32_t subtask = 0;
  int32_t gate = 0;
  int32_t channel = 0;
  std::vector<int64_t> offsets = {0};
  int64_t size = 10;
  int type = 0;  // version 6: 0 chooses what belongs into the list
};

struct Operator {
  std::string name = {};  // from version 5
  std::string uid = {};
  std::string id = {};  // 16 bytes; "": made from the number of the operator
  int32_t parallelism = 4;
  int32_t max_parallelism = 128;
  std::string coordinator = null_handle();
};

struct Subtask {
  int32_t index = -1;                 // -1: the next one
  std::string managed_operator = {};  // "": absent
  std::string raw_operator = {};
  std::string managed_keyed = null_handle();
  std::string raw_keyed = null_handle();
  std::vector<Channel> inputs = {};
  std::vector<Channel> outputs = {};
  std::vector<std::string> legacy = {};  // version 2
};

// The Java object at the end of versions 4 and later, as Flink 1.20 and 2.x write it.
std::string checkpoint_properties(flink::SnapshotKind kind = flink::SnapshotKind::kCheckpoint);
std::string null_properties();

class MetadataBuilder {
 public:
  // Dialects matter for version 3 only.
  explicit MetadataBuilder(int32_t version, flink::Dialect dialect = flink::Dialect::kFlink1_15);

  MetadataBuilder& checkpoint_id(int64_t id);
  MetadataBuilder& master_state(std::string_view name, std::string_view data);
  MetadataBuilder& raw_master_state(std::string_view bytes);
  // Operators are closed by the next one or the end.
  MetadataBuilder& op(const Operator& op = {});
  MetadataBuilder& finished_op(const Operator& op = {});
  // Adds a subtask to the last operator.
  MetadataBuilder& subtask(const Subtask& subtask = {});
  MetadataBuilder& finished_subtask();
  // Replaces the properties; "": none.
  MetadataBuilder& properties(std::string bytes);

  std::string bytes() const;

 private:
  struct Open {
    std::string head;
    std::string subtasks;
    int32_t count = 0;  // -1: finished
  };
  std::string channel(const Channel& channel, bool input) const;
  std::string channels(const std::vector<Channel>& list, bool input) const;

  int32_t version_;
  bool channel_subtasks_;
  int64_t checkpoint_id_ = 1;
  int32_t master_states_ = 0;
  std::string master_bytes_;
  std::vector<Open> operators_;
  std::string properties_;
};

}  // namespace checkpointfs::test
