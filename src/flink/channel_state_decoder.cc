// SPDX-License-Identifier: Apache-2.0
#include "flink/channel_state_decoder.h"

#include "base/text/message.h"

namespace checkpointfs::flink {
namespace {

// Version 6.
enum class ChannelType : uint8_t { kInput = 1, kResultSubpartition = 2, kMergedInput = 3, kMergedResult = 4 };

constexpr uint64_t kMinChannelHandle = 3 * 4 + 8 + 1;
constexpr uint64_t kMinTypedChannelHandle = 1 + 4 + 8 + 1 + 4;

}  // namespace

// CSH, before version 6:
//   int subtask                            from Flink 1.12
//   int gate or partition | int channel or subpartition
//   int count | count x long offset        inside the delegate
//   long size                              of this channel's part
//   SSH delegate
// From version 6: byte type | for types 1 (input) and 2 (result subpartition) as above, for 3 and 4 (merged)
//   int subtask | long size | SSH delegate | int length | byte[length] packed offsets
void ChannelStateDecoder::channels(const char* name, Role role) {
  FieldScope scope = state_.field(name);
  state_.role = role;
  const uint32_t count =
      in_.count(state_.layout.channel_types ? kMinTypedChannelHandle : kMinChannelHandle, "count");
  for (uint32_t i = 0; i < count && in_.ok(); ++i) {
    scope.set_index(i);
    if (state_.layout.channel_types) {
      typed_handle();
    } else {
      handle();
    }
  }
}

void ChannelStateDecoder::typed_handle() {
  const bool input = state_.role == Role::kInputChannel;
  const uint64_t type_offset = in_.offset();
  const int raw_type = in_.u8("type");
  if (!in_.ok()) return;
  switch (static_cast<ChannelType>(raw_type)) {
    case ChannelType::kInput:
    case ChannelType::kResultSubpartition:
      if ((raw_type == static_cast<int>(ChannelType::kInput)) != input) break;
      handle();
      return;
    case ChannelType::kMergedInput:
    case ChannelType::kMergedResult:
      if ((raw_type == static_cast<int>(ChannelType::kMergedInput)) != input) break;
      merged_handle();
      return;
  }
  in_.fail(type_offset, "type", base::format("type {} in the list of {}s", raw_type, to_string(state_.role)));
}

void ChannelStateDecoder::handle() {
  if (state_.layout.channel_subtask_index) in_.i32("subtask");
  in_.i32("gate");
  in_.i32("channel");
  const uint32_t offsets = in_.count(sizeof(int64_t), "offsets");
  in_.bytes(uint64_t{offsets} * sizeof(int64_t), "offsets");
  in_.i64("size");
  handles_.required("delegate", Part::kDelegate);
}

void ChannelStateDecoder::merged_handle() {
  in_.i32("subtask");
  in_.i64("size");
  handles_.optional("delegate", Part::kDelegate);
  in_.block("offsets");
}

}  // namespace checkpointfs::flink
