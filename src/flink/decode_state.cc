// SPDX-License-Identifier: Apache-2.0
#include "flink/decode_state.h"

#include "base/text/message.h"
#include "java/utf.h"

namespace checkpointfs::flink {

std::string_view DecodeState::utf(const char* field) {
  const uint64_t offset = in.offset();
  const std::string_view text = in.utf(field);
  if (!java::is_utf(text)) in.fail(offset, field, "not modified UTF-8");
  return text;
}

std::string_view DecodeState::path_utf(const char* field) {
  const uint64_t offset = in.offset();
  const std::string_view text = utf(field);
  if (in.ok() && text.empty()) in.fail(offset, field, "empty path");
  return text;
}

bool DecodeState::enter(uint64_t tag_offset) {
  if (++depth <= limits.max_depth) return true;
  in.fail(tag_offset, "tag", base::format("handles nested more than {} deep", limits.max_depth));
  return false;
}

HandleSpan DecodeState::begin_span() const {
  HandleSpan span;
  span.first_file = static_cast<uint32_t>(out.files.size());
  span.first_inline = static_cast<uint32_t>(out.inlines.size());
  return span;
}

void DecodeState::end_span(HandleSpan& span) const {
  span.end_file = static_cast<uint32_t>(out.files.size());
  span.end_inline = static_cast<uint32_t>(out.inlines.size());
}

bool DecodeState::known_tag(int tag, uint64_t tag_offset, const char* kind) {
  if (!in.ok()) return false;
  if (tag > layout.newest_tag) {
    in.fail(tag_offset, "tag",
            base::format("tag {} of a {} did not exist in Flink {}", tag, kind, to_string(layout.dialect)));
    return false;
  }
  return true;
}

}  // namespace checkpointfs::flink
