// SPDX-License-Identifier: Apache-2.0
// The log of the changelog backend: the states it announces, and where the changes of each key group stand.
//
// The log is written in sets. A set of a file has the changes of each key group behind each other:
//
//   i32 n x (i32 changes | i32 key group | changes x (i32 length | change)); key group -1 comes first and
//   announces states
//   change: i8 operation | i16 state | ..., see change_replay.h
//
// so that the changes of one key group can be replayed without those of others.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "state/keyed/change_bytes.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/state_meta.h"
#include "state/types/serializer_snapshot.h"

namespace checkpointfs::state {

constexpr uint8_t kAnnounceState = 8;  // the operation METADATA

class Changelog {
 public:
  // Changes of one key group behind each other.
  struct Run {
    size_t bytes = 0;  // see read()
    uint64_t position = 0;
    uint64_t length = 0;
    uint32_t changes = 0;
    uint32_t announced = 0;  // announcements before the run
  };

  // Reads the log once, but for the changes. `sets`: of one changelog handle, in its order.
  static base::Result<std::shared_ptr<const Changelog>> read(const std::vector<ChangeSet>& sets,
                                                             Writer writer);

  // The states that the log announces, each name once, with the last description.
  std::vector<StateMeta> states() const;
  // The type of keys. The log describes it with timers only; null if it announces none.
  TypePtr key() const;

  // The first key group from `from` on that has changes.
  std::optional<int32_t> next_group(int32_t from) const;
  const std::vector<Run>& runs(int32_t group) const;
  StoredInput read(const Run& run) const { return bytes_[run.bytes]->read(run.position, run.length); }
  // The state with this number in a run; null if it was not announced.
  const StateMeta* state(uint16_t id, const Run& run) const;

 private:
  struct Announcement {
    uint32_t number = 0;  // in the log
    size_t meta = 0;
  };
  std::optional<base::InputError> add_file(const ChangeSet& set);
  std::optional<base::InputError> add_list(const ChangeSet& set);
  void read_changes(Input& in, size_t bytes, int32_t group, uint32_t changes);
  std::optional<base::InputError> announce(std::string_view change);

  Writer writer_ = Writer::kFlink1;
  std::vector<std::shared_ptr<const ChangeBytes>> bytes_;
  std::map<const StateBytes*, size_t> opened_;  // files; into bytes_
  std::map<int32_t, std::vector<Run>> runs_;
  std::vector<StateMeta> metas_;
  std::map<uint16_t, std::vector<Announcement>> announcements_;  // by the state's number
  uint32_t announced_ = 0;
};

}  // namespace checkpointfs::state
