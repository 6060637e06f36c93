// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/decoding.h"

#include <algorithm>
#include <cstring>

#include <boost/endian/conversion.hpp>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "flink/uri.h"

namespace checkpointfs::fuzz {
namespace {

// True if `view` lies in `bytes` between the two offsets.
bool is_within(std::string_view view, std::string_view bytes, uint64_t begin, uint64_t end) {
  if (view.empty()) return true;
  return view.data() >= bytes.data() + begin && view.data() + view.size() <= bytes.data() + end;
}

bool is_count_at(std::string_view bytes, uint64_t offset, uint32_t count) {
  if (offset > bytes.size() || bytes.size() - offset < 4) return false;
  uint32_t big = 0;
  std::memcpy(&big, bytes.data() + offset, sizeof big);
  return boost::endian::big_to_native(big) == count;
}

std::string handle_problem(const flink::FileHandle& handle, const flink::Metadata& metadata,
                           uint64_t previous_end) {
  const std::string_view bytes = metadata.bytes;
  if (handle.offset < previous_end) return "overlaps the one before";
  const uint64_t end = handle.offset + handle.length;
  if (handle.length == 0 || end > bytes.size()) return "leads out of the input";
  if (static_cast<flink::StreamTag>(bytes[handle.offset]) != handle.tag) return "does not begin with its tag";
  if (handle.path.empty() || !is_within(handle.path, bytes, handle.offset, end))
    return "does not hold its path";
  if (!is_within(handle.local_name, bytes, 0, handle.offset)) return "has its local name elsewhere";
  if (handle.operator_index >= metadata.operators.size()) return "belongs to no operator";
  const int32_t parallelism = metadata.operators[handle.operator_index].parallelism;
  if (handle.subtask < 0 || handle.subtask >= parallelism) return "belongs to no subtask";
  if (handle.size < -1 || handle.start < 0) return "has a negative size";
  return "";
}

std::string inline_problem(const flink::InlineHandle& handle, const flink::Metadata& metadata,
                           uint64_t previous_end) {
  if (handle.offset < previous_end) return "overlaps the one before";
  if (handle.offset + handle.length > metadata.bytes.size()) return "leads out of the input";
  if (!is_count_at(metadata.bytes, handle.offset - 4, static_cast<uint32_t>(handle.length)))
    return "no length";
  if (!is_within(handle.local_name, metadata.bytes, 0, handle.offset)) return "has its local name elsewhere";
  if (handle.operator_index >= metadata.operators.size()) return "belongs to no operator";
  return "";
}

// True if [first, end) lies within `handles`, and all of its handles belong to lists or metas.
bool is_range(uint32_t first, uint32_t end, const auto& handles) {
  if (first > end || end > handles.size()) return false;
  const auto is_of_incremental = [](const auto& handle) {
    return handle.part == flink::Part::kMeta || handle.part == flink::Part::kShared ||
           handle.part == flink::Part::kPrivate;
  };
  return std::all_of(handles.begin() + first, handles.begin() + end, is_of_incremental);
}

std::string list_problem(const flink::IncrementalHandle& handle, const flink::Metadata& metadata) {
  const std::string_view bytes = metadata.bytes;
  if (!is_range(handle.first_file, handle.end_file, metadata.files)) return "other files in it";
  if (!is_range(handle.first_inline, handle.end_inline, metadata.inlines)) return "other inline state in it";
  if (handle.shared_count_offset >= handle.private_count_offset) return "lists in the wrong order";
  if (!is_count_at(bytes, handle.shared_count_offset, handle.shared_count)) return "no count of shared files";
  if (!is_count_at(bytes, handle.private_count_offset, handle.private_count))
    return "no count of private files";
  return "";
}

bool is_in_order(const flink::SegmentOperatorHandle& handle, std::string_view bytes) {
  return handle.present_offset + 4 == handle.tag_offset && handle.tag_offset < handle.directories_offset &&
         handle.directories_offset < handle.delegate_offset && handle.delegate_offset < handle.end_offset &&
         handle.end_offset <= bytes.size() && bytes[handle.tag_offset] == 17;
}

// A name that was resolved stays below its root.
bool is_beneath(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.find('\0') != std::string::npos) return false;
  const std::string framed = "/" + path + "/";
  return framed.find("//") == std::string::npos && framed.find("/../") == std::string::npos &&
         framed.find("/./") == std::string::npos;
}

}  // namespace

std::string refusal_problem(const base::InputError& error, std::string_view bytes) {
  if (error.field.empty()) return "refused without a field";
  if (error.reason.empty()) return base::format("refused without a reason in {}", error.field);
  if (error.offset > bytes.size()) return base::format("refused at offset {} behind the input", error.offset);
  const std::string text = base::to_string(error);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; };
  if (std::any_of(text.begin(), text.end(), is_control)) return "refused with control characters";
  return "";
}

std::string positions_problem(const flink::Metadata& metadata, std::string_view bytes) {
  if (metadata.bytes.data() != bytes.data() || metadata.bytes.size() != bytes.size()) return "other bytes";
  uint64_t end = 0;
  for (const flink::FileHandle& handle : metadata.files) {
    const std::string problem = handle_problem(handle, metadata, end);
    if (!problem.empty()) return base::format("the handle at offset {} {}", handle.offset, problem);
    end = handle.offset + handle.length;
  }
  end = 0;
  uint64_t inline_length = 0;
  for (const flink::InlineHandle& handle : metadata.inlines) {
    const std::string problem = inline_problem(handle, metadata, end);
    if (!problem.empty()) return base::format("the inline state at offset {} {}", handle.offset, problem);
    end = handle.offset + handle.length;
    inline_length += handle.length;
  }
  if (inline_length != metadata.inline_bytes) return "inline state miscounted";
  uint64_t listed = 0;
  for (const flink::IncrementalHandle& handle : metadata.incrementals) {
    const std::string problem = list_problem(handle, metadata);
    if (!problem.empty()) return base::format("incremental handle: {}", problem);
    listed += uint64_t{handle.shared_count} + handle.private_count;
  }
  const auto is_listed = [](const flink::FileHandle& handle) {
    return handle.part == flink::Part::kShared || handle.part == flink::Part::kPrivate;
  };
  const auto in_lists = std::count_if(metadata.files.begin(), metadata.files.end(), is_listed);
  if (static_cast<uint64_t>(in_lists) > listed) return "more shared and private files than entries";
  for (const flink::SegmentOperatorHandle& handle : metadata.segment_operators) {
    if (!is_in_order(handle, bytes))
      return base::format("operator handle at {} in disorder", handle.tag_offset);
  }
  uint64_t inline_bytes = 0;
  for (const flink::Operator& op : metadata.operators) {
    inline_bytes += op.inline_bytes;
    if (op.finished_subtasks > op.subtasks) return "more subtasks finished than there are";
  }
  if (inline_bytes != metadata.inline_bytes || inline_bytes > bytes.size()) return "inline state miscounted";
  return "";
}

std::string paths_problem(const flink::Metadata& metadata) {
  for (const flink::FileHandle& handle : metadata.files) {
    const auto path = base::utf8_from_modified(handle.path);
    if (!path) continue;
    const auto written =
        base::modified_from_utf8(*path);  // not always as it was: Java reads longer forms too
    if (written && base::utf8_from_modified(*written) != path) return "a path changes by being written";
    if (const auto uri = flink::parse_uri(*path)) {
      const std::string canonical = flink::to_string(*uri);
      const auto again = flink::parse_uri(canonical);
      if (!again || flink::to_string(*again) != canonical) return "no canonical URI: " + canonical;
    }
    const auto resolved = flink::resolve_relative("job/chk-1", *path);
    if (resolved && !is_beneath(*resolved)) return "a relative path leads out of its root: " + *resolved;
  }
  return "";
}

}  // namespace checkpointfs::fuzz
