// SPDX-License-Identifier: Apache-2.0
#include "flink/operator_state_decoder.h"

#include "base/text/message.h"

namespace checkpointfs::flink {
namespace {

enum class OperatorTag : uint8_t { kNull = 0, kPartitionable = 4, kSegmentPartitionable = 17 };

constexpr int kLastDistributionMode = 2;  // SPLIT_DISTRIBUTE, UNION, BROADCAST
constexpr uint64_t kMinState = 2 + 1 + 4;

}  // namespace

// OSH: byte tag, then
//    0 NULL                      which Flink refuses where it is read at all
//    4 PARTITIONABLE           state_list | SSH delegate
//   17 SEGMENT_PARTITIONABLE   state_list | UTF task_owned_dir | UTF shared_dir | boolean is_empty | SSH
//   delegate
//                              from Flink 1.20; the delegate is SEGMENT or EMPTY_SEGMENT
void OperatorStateDecoder::handle(const char* name, Role role) {
  const FieldScope scope = state_.field(name);
  state_.role = role;
  const uint64_t present_offset = in_.offset();
  if (in_.i32("present") == 0) return;  // Flink takes any other value for 1
  const uint64_t tag_offset = in_.offset();
  const int raw_tag = in_.u8("tag");
  if (!state_.known_tag(raw_tag, tag_offset, "operator state handle")) return;
  OperatorHandle handle;
  handle.role = role;
  handle.operator_index = static_cast<uint32_t>(out_.operators.size() - 1);
  handle.subtask = state_.subtask;
  handle.states_offset = in_.offset();
  handle.span = state_.begin_span();
  if (!body(raw_tag, present_offset)) {
    in_.fail(tag_offset, "tag", base::format("unknown tag {} of an operator state handle", raw_tag));
  }
  state_.end_span(handle.span);
  out_.operator_states.push_back(handle);
}

// Reads what follows the tag. False if there is no such tag.
bool OperatorStateDecoder::body(int tag, uint64_t present_offset) {
  const uint64_t tag_offset = in_.offset() - 1;
  switch (static_cast<OperatorTag>(tag)) {
    case OperatorTag::kNull:
      in_.fail(tag_offset, "tag", "absent (tag 0), but marked as present");
      return true;
    case OperatorTag::kPartitionable:
      state_list();
      handles_.required("delegate", Part::kDelegate);
      return true;
    case OperatorTag::kSegmentPartitionable:
      segment_operator(present_offset, tag_offset, state_list());
      return true;
  }
  return false;
}

// state_list: int count | count x (UTF name | byte mode | int count | count x long offset)
// Returns the number of offsets of all states.
uint64_t OperatorStateDecoder::state_list() {
  uint64_t offsets = 0;
  FieldScope scope = state_.field("states");
  const uint32_t states = in_.count(kMinState, "count");
  for (uint32_t i = 0; i < states && in_.ok(); ++i) {
    scope.set_index(i);
    state_.utf("name");
    const uint64_t mode_offset = in_.offset();
    const int mode = in_.u8("mode");
    if (mode > kLastDistributionMode) {
      in_.fail(mode_offset, "mode", base::format("unknown distribution mode {}", mode));
    }
    const uint32_t count = in_.count(sizeof(int64_t), "offsets");
    in_.bytes(uint64_t{count} * sizeof(int64_t), "offsets");
    offsets += count;
  }
  return offsets;
}

void OperatorStateDecoder::segment_operator(uint64_t present_offset, uint64_t tag_offset, uint64_t offsets) {
  SegmentOperatorHandle handle;
  handle.present_offset = present_offset;
  handle.tag_offset = tag_offset;
  handle.directories_offset = in_.offset();
  state_.path_utf("task_owned_dir");
  state_.path_utf("shared_dir");
  const uint64_t empty_offset = in_.offset();
  if (in_.u8("is_empty") > 1) in_.fail(empty_offset, "is_empty", "neither 0 nor 1");
  handle.delegate_offset = in_.offset();
  const StreamTag tag = handles_.optional("delegate", Part::kDelegate);
  if (!in_.ok()) return;
  if (tag != StreamTag::kSegment && tag != StreamTag::kEmptySegment) {
    in_.fail(handle.delegate_offset, "delegate",
             base::format("a {} handle where Flink demands a segment", to_string(tag)));
    return;
  }
  if (tag == StreamTag::kEmptySegment) --out_.empty_segments;
  handle.empty = tag == StreamTag::kEmptySegment && offsets == 0;
  handle.end_offset = in_.offset();
  out_.segment_operators.push_back(handle);
}

}  // namespace checkpointfs::flink
