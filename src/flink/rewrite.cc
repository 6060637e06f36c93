// SPDX-License-Identifier: Apache-2.0
#include "flink/rewrite.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>

#include <boost/endian/conversion.hpp>

#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/modified_utf8.h"
#include "flink/names.h"
#include "flink/uri.h"

namespace checkpointfs::flink {
namespace {

constexpr char kPartitionableTag = 4;
constexpr size_t kMaxName = 255;   // NAME_MAX
constexpr size_t kMaxUtf = 65535;  // of DataOutput.writeUTF
constexpr uint64_t kTagLength = 1;
constexpr uint64_t kCountLength = 4;

// `length` bytes at `offset` make way for `text`, which is short enough to need no memory of its own.
struct Edit {
  uint64_t offset = 0;
  uint64_t length = 0;
  std::string text;
};

void append_int(std::string& out, uint32_t value) {
  const uint32_t big = boost::endian::native_to_big(value);
  out.append(reinterpret_cast<const char*>(&big), sizeof big);
}

void append_long(std::string& out, int64_t value) {
  const int64_t big = boost::endian::native_to_big(value);
  out.append(reinterpret_cast<const char*>(&big), sizeof big);
}

void append_utf_length(std::string& out, size_t length) {
  const uint16_t big = boost::endian::native_to_big(static_cast<uint16_t>(length));
  out.append(reinterpret_cast<const char*>(&big), sizeof big);
}

std::string int_text(uint32_t value) {
  std::string text;
  append_int(text, value);
  return text;
}

base::InputError refusal(uint64_t offset, const char* field, std::string reason) {
  return base::InputError{offset, field, std::move(reason), false};
}

// The edits that are no file handles, in the order of the bytes.
base::Result<std::vector<Edit>> structural_edits(const Metadata& metadata, FormKind kind) {
  std::vector<Edit> edits;
  edits.reserve(2 * (metadata.incrementals.size() + metadata.segment_operators.size()));
  if (kind == FormKind::kOwned) {
    for (const IncrementalHandle& handle : metadata.incrementals) {
      const uint64_t all = uint64_t{handle.shared_count} + handle.private_count;
      if (all > static_cast<uint64_t>(std::numeric_limits<int32_t>::max())) {
        return refusal(handle.shared_count_offset, "shared", "too many entries to move into the private map");
      }
      edits.push_back(
          {handle.shared_count_offset, kCountLength, int_text(0) + int_text(static_cast<uint32_t>(all))});
      edits.push_back({handle.private_count_offset, kCountLength, {}});
    }
  }
  for (const SegmentOperatorHandle& handle : metadata.segment_operators) {
    if (handle.empty) {
      // There is no plain operator handle without bytes: Flink reads the delegate's first ones in any case.
      edits.push_back({handle.present_offset, handle.end_offset - handle.present_offset, int_text(0)});
      continue;
    }
    if (static_cast<StreamTag>(metadata.bytes[handle.delegate_offset]) == StreamTag::kEmptySegment) {
      return refusal(handle.delegate_offset, "delegate", "operator state with offsets into an empty segment");
    }
    edits.push_back({handle.tag_offset, kTagLength, std::string(1, kPartitionableTag)});
    edits.push_back({handle.directories_offset, handle.delegate_offset - handle.directories_offset, {}});
  }
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.offset < b.offset; });
  return edits;
}

// Appends a FILE or RELATIVE handle at `prefix` + `name`, both modified UTF-8.
void append_handle(std::string& out, bool absolute, std::string_view prefix, std::string_view name,
                   int64_t size) {
  out.push_back(static_cast<char>(absolute ? StreamTag::kFile : StreamTag::kRelative));
  if (absolute) append_long(out, size);
  append_utf_length(out, prefix.size() + name.size());
  out += prefix;
  out += name;
  if (!absolute) append_long(out, size);
}

// The text before each name: "" or the prefix and a slash, in modified UTF-8.
base::Result<std::string> encoded_prefix(const Form& form) {
  if (form.kind != FormKind::kAbsolute && form.prefix.empty()) return std::string();
  const std::optional<std::string> encoded = base::modified_from_utf8(form.prefix);
  const bool needs_uri = form.kind == FormKind::kAbsolute;
  if (!encoded || (needs_uri && !parse_uri(form.prefix)) || form.prefix.ends_with('/')) {
    return refusal(0, "prefix",
                   base::format("\"{}\" is not the URI of a directory", base::printable(form.prefix)));
  }
  return *encoded + "/";
}

}  // namespace

std::string_view name_problem(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name == "." || name == "..") return "is no file";
  if (name == kMetadataFile) return "is that of the metadata";
  if (name.size() > kMaxName) return "is longer than 255 bytes";
  for (const char c : name) {
    if (c == '/') return "has a slash";
    if (c == '\0') return "has a NUL";
    if (c == '\\') return "has a back slash, which Flink takes for a slash";
    if (c == ':') return "has a colon, which Flink takes for the end of a scheme";
  }
  return {};
}

base::Result<std::string> rewrite(std::string_view bytes, const Metadata& metadata, const Form& form,
                                  const std::vector<std::string>& names) {
  assert(bytes.data() == metadata.bytes.data() && bytes.size() == metadata.bytes.size());
  assert(names.size() == metadata.files.size());
  if (form.kind == FormKind::kOriginal)
    return std::string(bytes.substr(metadata.begin, metadata.end - metadata.begin));
  if (metadata.empty_segments > 0) {
    return refusal(metadata.empty_segment_offset, "tag",
                   "an empty segment that is not an empty operator state");
  }
  const base::Result<std::string> prefix = encoded_prefix(form);
  if (!prefix.has_value()) return prefix.error();
  const base::Result<std::vector<Edit>> edits = structural_edits(metadata, form.kind);
  if (!edits.has_value()) return edits.error();

  const bool absolute = form.kind == FormKind::kAbsolute;
  std::string out;
  out.reserve(metadata.end - metadata.begin + metadata.files.size() * prefix->size());
  uint64_t done = metadata.begin;
  const auto copy_until = [&](uint64_t offset) {
    out += bytes.substr(done, offset - done);
    done = offset;
  };
  auto edit = edits->begin();
  const auto apply_edits_before = [&](uint64_t offset) {
    for (; edit != edits->end() && edit->offset < offset; ++edit) {
      copy_until(edit->offset);
      out += edit->text;
      done += edit->length;
    }
  };
  for (size_t i = 0; i < metadata.files.size(); ++i) {
    const FileHandle& handle = metadata.files[i];
    const std::string& name = names[i];
    if (const std::string_view problem = name_problem(name); !problem.empty()) {
      return refusal(handle.offset, "name", base::format("\"{}\" {}", base::printable(name), problem));
    }
    apply_edits_before(handle.offset);
    copy_until(handle.offset);
    std::optional<std::string> encoded;
    if (!base::is_equal_in_modified_utf8(name)) {
      encoded = base::modified_from_utf8(name);
      if (!encoded) {
        return refusal(handle.offset, "name", base::format("\"{}\" is not UTF-8", base::printable(name)));
      }
    }
    const std::string_view text = encoded ? std::string_view(*encoded) : std::string_view(name);
    if (prefix->size() + text.size() > kMaxUtf) {
      return refusal(handle.offset, "name", "the URI exceeds 65535 bytes");
    }
    append_handle(out, absolute, *prefix, text, handle.size);
    done += handle.length;
  }
  apply_edits_before(metadata.end);
  copy_until(metadata.end);
  return out;
}

uint64_t prefixed_size(uint64_t owned_size, uint64_t file_handles, std::string_view prefix) {
  const std::optional<std::string> encoded = base::modified_from_utf8(prefix);
  const uint64_t added = (encoded ? encoded->size() : prefix.size()) + 1;  // and a slash
  return owned_size + file_handles * added;
}

}  // namespace checkpointfs::flink
