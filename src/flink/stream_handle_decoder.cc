// SPDX-License-Identifier: Apache-2.0
#include "flink/stream_handle_decoder.h"

#include <cstdint>

#include "base/text/message.h"

namespace checkpointfs::flink {
namespace {

constexpr int32_t kLastScope = 1;  // EXCLUSIVE, SHARED

}  // namespace

StreamTag StreamHandleDecoder::optional(const char* name, Part part, std::string_view local_name) {
  const FieldScope scope = state_.field(name);
  return here(part, local_name);
}

void StreamHandleDecoder::required(const char* name, Part part, std::string_view local_name) {
  const uint64_t offset = in_.offset();
  if (optional(name, part, local_name) == StreamTag::kNull) in_.fail(offset, name, "absent (tag 0)");
}

// SSH: byte tag, then
//    0 NULL
//    1 BYTE           UTF name | int length | byte[length]
//    2 FILE           long size | UTF path                           size -1: unknown
//    3 KEY_GROUPS     key_groups                                     from Flink 1.13
//    6 RELATIVE       UTF path | long size                           from Flink 1.11
//   15 SEGMENT        long start | long size | int scope | UTF path | UTF logical_file_id     from Flink 1.20
//   16 EMPTY_SEGMENT                                                 from Flink 1.20
// A relative path is resolved against the directory of the metadata; no URI is looked into here.
StreamTag StreamHandleDecoder::here(Part part, std::string_view local_name) {
  const uint64_t tag_offset = in_.offset();
  const int raw_tag = in_.u8("tag");
  if (!state_.known_tag(raw_tag, tag_offset, "stream state handle")) return StreamTag::kNull;
  const auto tag = static_cast<StreamTag>(raw_tag);
  switch (tag) {
    case StreamTag::kNull:
      return tag;
    case StreamTag::kByte:
      bytes(part, local_name);
      return tag;
    case StreamTag::kFile:
    case StreamTag::kRelative:
    case StreamTag::kSegment:
      file(tag, tag_offset, part, local_name);
      return tag;
    case StreamTag::kKeyGroups:
      if (state_.enter(tag_offset)) key_groups(part, local_name);
      state_.leave();
      return tag;
    case StreamTag::kEmptySegment:
      if (out_.empty_segments++ == 0) out_.empty_segment_offset = tag_offset;
      return tag;
  }
  in_.fail(tag_offset, "tag", base::format("unknown tag {} of a stream state handle", raw_tag));
  return StreamTag::kNull;
}

InlineHandle& StreamHandleDecoder::bytes(Part part, std::string_view local_name) {
  state_.utf("name");
  InlineHandle& handle = out_.inlines.emplace_back();
  handle.length = in_.block("bytes").size();
  handle.offset = in_.offset() - handle.length;
  handle.role = state_.role;
  handle.part = part;
  handle.materialised = state_.materialised;
  handle.operator_index = static_cast<uint32_t>(out_.operators.size() - 1);
  handle.subtask = state_.subtask;
  handle.local_name = local_name;
  out_.inline_bytes += handle.length;
  out_.operators.back().inline_bytes += handle.length;
  return handle;
}

void StreamHandleDecoder::file(StreamTag tag, uint64_t tag_offset, Part part, std::string_view local_name) {
  if (state_.file_handles++ >= state_.limits.max_handles) {
    in_.fail(tag_offset, "tag", base::format("more than {} handles", state_.limits.max_handles));
    return;
  }
  FileHandle& handle = out_.files.emplace_back();
  handle.offset = tag_offset;
  handle.tag = tag;
  handle.role = state_.role;
  handle.part = part;
  handle.materialised = state_.materialised;
  handle.operator_index = static_cast<uint32_t>(out_.operators.size() - 1);
  handle.subtask = state_.subtask;
  handle.local_name = local_name;
  if (tag == StreamTag::kFile) {
    handle.size = in_.i64("size");
    handle.path = state_.path_utf("path");
  } else if (tag == StreamTag::kRelative) {
    handle.path = state_.path_utf("path");
    handle.size = in_.i64("size");
  } else {
    handle.start = in_.i64("start");
    handle.size = in_.i64("size");
    const uint64_t scope_offset = in_.offset();
    const int32_t scope = in_.i32("scope");
    if (scope < 0 || scope > kLastScope) {
      in_.fail(scope_offset, "scope", base::format("unknown scope {}", scope));
    }
    handle.path = state_.path_utf("path");
    state_.utf("logical_file_id");
    // Flink asks for none of this, but there is no such range of bytes.
    if (handle.start < 0 || handle.size < 0 || handle.start > INT64_MAX - handle.size) {
      in_.fail(tag_offset, "start",
               base::format("segment of {} bytes at {} in a file", handle.size, handle.start));
    }
  }
  if (handle.size < -1) in_.fail(tag_offset, "size", base::format("negative size {}", handle.size));
  handle.length = static_cast<uint32_t>(in_.offset() - tag_offset);
}

// key_group_range: int first | int number
KeyGroupRange StreamHandleDecoder::key_group_range() {
  const uint64_t offset = in_.offset();
  const int64_t first = in_.i32("first_key_group");
  const int64_t number = in_.i32("key_groups");
  if (first < 0 || number < 0 || first + number - 1 > INT32_MAX) {
    in_.fail(offset, "first_key_group", base::format("{} key groups from {}", number, first));
    return {};
  }
  return {static_cast<int32_t>(first), static_cast<int32_t>(number), in_.offset()};
}

// key_groups: key_group_range | number x long offset | SSH delegate
// Both a stream state handle (tag 3), with the part of the handle around it, and a keyed one.
KeyGroupRange StreamHandleDecoder::key_groups(Part part, std::string_view local_name) {
  const KeyGroupRange range = key_group_range();
  in_.bytes(static_cast<uint64_t>(range.number) * sizeof(int64_t), "offsets");
  required("delegate", part, local_name);
  return range;
}

}  // namespace checkpointfs::flink
