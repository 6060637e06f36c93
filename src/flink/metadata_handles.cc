// SPDX-License-Identifier: Apache-2.0
// Stream state handles (SSH), operator state handles (OSH) and channel state handles (CSH).
#include "base/text/message.h"
#include "flink/metadata_decoder.h"

namespace checkpointfs::flink {
namespace {

enum class OperatorTag : uint8_t { kNull = 0, kPartitionable = 4, kSegmentPartitionable = 17 };

// Version 6.
enum class ChannelType : uint8_t { kInput = 1, kResultSubpartition = 2, kMergedInput = 3, kMergedResult = 4 };

constexpr int kLastDistributionMode = 2;  // SPLIT_DISTRIBUTE, UNION, BROADCAST
constexpr int32_t kLastScope = 1;         // EXCLUSIVE, SHARED

constexpr uint64_t kMinState = 2 + 1 + 4;
constexpr uint64_t kMinChannelHandle = 3 * 4 + 8 + 1;
constexpr uint64_t kMinTypedChannelHandle = 1 + 4 + 8 + 1 + 4;

}  // namespace

StreamTag MetadataDecoder::stream_handle(const char* name, Part part, std::string_view local_name) {
  const FieldScope scope = in_field(name);
  return stream_handle_here(part, local_name);
}

void MetadataDecoder::require_stream_handle(const char* name, Part part, std::string_view local_name) {
  const uint64_t offset = in_.offset();
  if (stream_handle(name, part, local_name) == StreamTag::kNull) in_.fail(offset, name, "absent (tag 0)");
}

// SSH: byte tag, then
//    0 NULL
//    1 BYTE           UTF name | int length | byte[length]
//    2 FILE           long size | UTF path                           size -1: unknown
//    3 KEY_GROUPS     key groups, see reader_keyed.cc                from Flink 1.13
//    6 RELATIVE       UTF path | long size                           from Flink 1.11
//   15 SEGMENT        long start | long size | int scope | UTF path | UTF logical_file_id     from Flink 1.20
//   16 EMPTY_SEGMENT                                                 from Flink 1.20
// A relative path is resolved against the directory of the metadata; no URI is looked into here.
StreamTag MetadataDecoder::stream_handle_here(Part part, std::string_view local_name) {
  const uint64_t tag_offset = in_.offset();
  const int raw_tag = in_.u8("tag");
  if (!known_tag(raw_tag, tag_offset, "stream state handle")) return StreamTag::kNull;
  const auto tag = static_cast<StreamTag>(raw_tag);
  switch (tag) {
    case StreamTag::kNull:
      return tag;
    case StreamTag::kByte:
      byte_handle(part, local_name);
      return tag;
    case StreamTag::kFile:
    case StreamTag::kRelative:
    case StreamTag::kSegment:
      file_handle(tag, tag_offset, part, local_name);
      return tag;
    case StreamTag::kKeyGroups:
      if (enter(tag_offset)) key_groups(part, local_name);
      leave();
      return tag;
    case StreamTag::kEmptySegment:
      if (out_.empty_segments++ == 0) out_.empty_segment_offset = tag_offset;
      return tag;
  }
  in_.fail(tag_offset, "tag", base::format("unknown tag {} of a stream state handle", raw_tag));
  return StreamTag::kNull;
}

InlineHandle& MetadataDecoder::byte_handle(Part part, std::string_view local_name) {
  utf("name");
  InlineHandle& handle = out_.inlines.emplace_back();
  handle.length = in_.block("bytes").size();
  handle.offset = in_.offset() - handle.length;
  handle.role = role_;
  handle.part = part;
  handle.materialised = materialised_;
  handle.operator_index = static_cast<uint32_t>(out_.operators.size() - 1);
  handle.subtask = subtask_;
  handle.local_name = local_name;
  out_.inline_bytes += handle.length;
  out_.operators.back().inline_bytes += handle.length;
  return handle;
}

void MetadataDecoder::file_handle(StreamTag tag, uint64_t tag_offset, Part part,
                                  std::string_view local_name) {
  if (out_.files.size() >= limits_.max_handles) {
    in_.fail(tag_offset, "tag", base::format("more than {} handles", limits_.max_handles));
    return;
  }
  FileHandle& handle = out_.files.emplace_back();
  handle.offset = tag_offset;
  handle.tag = tag;
  handle.role = role_;
  handle.part = part;
  handle.materialised = materialised_;
  handle.operator_index = static_cast<uint32_t>(out_.operators.size() - 1);
  handle.subtask = subtask_;
  handle.local_name = local_name;
  if (tag == StreamTag::kFile) {
    handle.size = in_.i64("size");
    handle.path = path_utf("path");
  } else if (tag == StreamTag::kRelative) {
    handle.path = path_utf("path");
    handle.size = in_.i64("size");
  } else {
    handle.start = in_.i64("start");
    handle.size = in_.i64("size");
    const uint64_t scope_offset = in_.offset();
    const int32_t scope = in_.i32("scope");
    if (scope < 0 || scope > kLastScope) {
      in_.fail(scope_offset, "scope", base::format("unknown scope {}", scope));
    }
    handle.path = path_utf("path");
    utf("logical_file_id");
    // Flink asks for none of this, but there is no such range of bytes.
    if (handle.start < 0 || handle.size < 0 || handle.start > INT64_MAX - handle.size) {
      in_.fail(tag_offset, "start",
               base::format("segment of {} bytes at {} in a file", handle.size, handle.start));
    }
  }
  if (handle.size < -1) in_.fail(tag_offset, "size", base::format("negative size {}", handle.size));
  handle.length = static_cast<uint32_t>(in_.offset() - tag_offset);
}

// OSH: byte tag, then
//    0 NULL                      which Flink refuses where it is read at all
//    4 PARTITIONABLE           state_list | SSH delegate
//   17 SEGMENT_PARTITIONABLE   state_list | UTF task_owned_dir | UTF shared_dir | boolean is_empty | SSH
//   delegate
//                              from Flink 1.20; the delegate is SEGMENT or EMPTY_SEGMENT
void MetadataDecoder::operator_handle(const char* name, Role role) {
  const FieldScope scope = in_field(name);
  role_ = role;
  const uint64_t present_offset = in_.offset();
  if (in_.i32("present") == 0) return;  // Flink takes any other value for 1
  const uint64_t tag_offset = in_.offset();
  const int raw_tag = in_.u8("tag");
  if (!known_tag(raw_tag, tag_offset, "operator state handle")) return;
  uint64_t offsets = 0;
  switch (static_cast<OperatorTag>(raw_tag)) {
    case OperatorTag::kNull:
      in_.fail(tag_offset, "tag", "absent (tag 0), but marked as present");
      return;
    case OperatorTag::kPartitionable:
      state_list(&offsets);
      require_stream_handle("delegate", Part::kDelegate);
      return;
    case OperatorTag::kSegmentPartitionable:
      state_list(&offsets);
      segment_operator(present_offset, tag_offset, offsets);
      return;
  }
  in_.fail(tag_offset, "tag", base::format("unknown tag {} of an operator state handle", raw_tag));
}

// state_list: int count | count x (UTF name | byte mode | int count | count x long offset)
// `*offsets` receives how many offsets there are in all.
void MetadataDecoder::state_list(uint64_t* offsets) {
  FieldScope scope = in_field("states");
  const uint32_t states = in_.count(kMinState, "count");
  for (uint32_t i = 0; i < states && in_.ok(); ++i) {
    scope.set_index(i);
    utf("name");
    const uint64_t mode_offset = in_.offset();
    const int mode = in_.u8("mode");
    if (mode > kLastDistributionMode) {
      in_.fail(mode_offset, "mode", base::format("unknown distribution mode {}", mode));
    }
    const uint32_t count = in_.count(sizeof(int64_t), "offsets");
    in_.bytes(uint64_t{count} * sizeof(int64_t), "offsets");
    *offsets += count;
  }
}

void MetadataDecoder::segment_operator(uint64_t present_offset, uint64_t tag_offset, uint64_t offsets) {
  SegmentOperatorHandle handle;
  handle.present_offset = present_offset;
  handle.tag_offset = tag_offset;
  handle.directories_offset = in_.offset();
  path_utf("task_owned_dir");
  path_utf("shared_dir");
  const uint64_t empty_offset = in_.offset();
  if (in_.u8("is_empty") > 1) in_.fail(empty_offset, "is_empty", "neither 0 nor 1");
  handle.delegate_offset = in_.offset();
  const StreamTag tag = stream_handle("delegate", Part::kDelegate);
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

// CSH, before version 6:
//   int subtask                            from Flink 1.12
//   int gate or partition | int channel or subpartition
//   int count | count x long offset        inside the delegate
//   long size                              of this channel's part
//   SSH delegate
// From version 6: byte type | for types 1 (input) and 2 (result subpartition) as above, for 3 and 4 (merged)
//   int subtask | long size | SSH delegate | int length | byte[length] packed offsets
void MetadataDecoder::channels(const char* name, Role role) {
  FieldScope scope = in_field(name);
  role_ = role;
  const uint32_t count =
      in_.count(layout_.channel_types ? kMinTypedChannelHandle : kMinChannelHandle, "count");
  for (uint32_t i = 0; i < count && in_.ok(); ++i) {
    scope.set_index(i);
    if (layout_.channel_types) {
      typed_channel_handle();
    } else {
      channel_handle();
    }
  }
}

void MetadataDecoder::typed_channel_handle() {
  const bool input = role_ == Role::kInputChannel;
  const uint64_t type_offset = in_.offset();
  const int raw_type = in_.u8("type");
  if (!in_.ok()) return;
  switch (static_cast<ChannelType>(raw_type)) {
    case ChannelType::kInput:
    case ChannelType::kResultSubpartition:
      if ((raw_type == static_cast<int>(ChannelType::kInput)) != input) break;
      channel_handle();
      return;
    case ChannelType::kMergedInput:
    case ChannelType::kMergedResult:
      if ((raw_type == static_cast<int>(ChannelType::kMergedInput)) != input) break;
      merged_channel_handle();
      return;
  }
  in_.fail(type_offset, "type", base::format("type {} in the list of {}s", raw_type, to_string(role_)));
}

void MetadataDecoder::channel_handle() {
  if (layout_.channel_subtask_index) in_.i32("subtask");
  in_.i32("gate");
  in_.i32("channel");
  const uint32_t offsets = in_.count(sizeof(int64_t), "offsets");
  in_.bytes(uint64_t{offsets} * sizeof(int64_t), "offsets");
  in_.i64("size");
  require_stream_handle("delegate", Part::kDelegate);
}

void MetadataDecoder::merged_channel_handle() {
  in_.i32("subtask");
  in_.i64("size");
  stream_handle("delegate", Part::kDelegate);
  in_.block("offsets");
}

}  // namespace checkpointfs::flink
