// SPDX-License-Identifier: Apache-2.0
// The rewrite's own check: it trusts the decoder, and nothing of the rewriter.
#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

#include "base/concat.h"
#include "base/modified_utf8.h"
#include "flink/decode.h"
#include "flink/rewrite.h"

namespace checkpointfs::flink {
namespace {

constexpr Limits kNoLimits = {.max_size = std::numeric_limits<uint64_t>::max(),
                              .max_handles = std::numeric_limits<uint64_t>::max(),
                              .max_depth = 64};
constexpr std::string_view kAbsent("\0\0\0\0", 4);
constexpr std::string_view kPartitionableTag("\4", 1);

// A range of bytes that a rewrite may change, and what must stand there for the comparison of all the rest.
struct Gap {
  uint64_t offset = 0;
  uint64_t length = 0;
  std::string_view instead;
};

std::vector<Gap> gaps_of(const Metadata& metadata, FormKind kind) {
  std::vector<Gap> gaps;
  gaps.reserve(metadata.files.size());
  for (const FileHandle& handle : metadata.files) gaps.push_back({handle.offset, handle.length, {}});
  const auto files = static_cast<std::ptrdiff_t>(gaps.size());
  if (kind == FormKind::kOwned) {
    for (const IncrementalHandle& handle : metadata.incrementals) {
      gaps.push_back({handle.shared_count_offset, 4, {}});
      gaps.push_back({handle.private_count_offset, 4, {}});
    }
  }
  for (const SegmentOperatorHandle& handle : metadata.segment_operators) {
    if (handle.empty) {
      gaps.push_back({handle.present_offset, handle.end_offset - handle.present_offset, kAbsent});
    } else {
      gaps.push_back({handle.tag_offset, 1, kPartitionableTag});
      gaps.push_back({handle.directories_offset, handle.delegate_offset - handle.directories_offset, {}});
    }
  }
  // The handles come in order, and there are many of them.
  const auto by_offset = [](const Gap& a, const Gap& b) { return a.offset < b.offset; };
  std::sort(gaps.begin() + files, gaps.end(), by_offset);
  std::inplace_merge(gaps.begin(), gaps.begin() + files, gaps.end(), by_offset);
  return gaps;
}

// Everything but the gaps, in order; no piece is empty.
std::vector<std::string_view> remains(const Metadata& metadata, FormKind kind) {
  const std::vector<Gap> gaps = gaps_of(metadata, kind);
  std::vector<std::string_view> pieces;
  pieces.reserve(2 * gaps.size() + 1);
  uint64_t done = 0;
  const auto add = [&pieces](std::string_view piece) {
    if (!piece.empty()) pieces.push_back(piece);
  };
  for (const Gap& gap : gaps) {
    add(metadata.bytes.substr(done, gap.offset - done));
    add(gap.instead);
    done = gap.offset + gap.length;
  }
  add(metadata.bytes.substr(done));
  return pieces;
}

// Whether two lists of pieces are the same text; where the pieces are cut does not matter.
bool same_text(std::vector<std::string_view> a, std::vector<std::string_view> b) {
  size_t i = 0;
  size_t k = 0;
  while (i < a.size() && k < b.size()) {
    const size_t length = std::min(a[i].size(), b[k].size());
    if (a[i].substr(0, length) != b[k].substr(0, length)) return false;
    a[i].remove_prefix(length);
    b[k].remove_prefix(length);
    if (a[i].empty()) ++i;
    if (b[k].empty()) ++k;
  }
  return i == a.size() && k == b.size();
}

// Whether `path`, modified UTF-8, is `prefix` and `name`, which are UTF-8.
bool is_path(std::string_view path, std::string_view prefix, std::string_view name) {
  if (path.size() == prefix.size() + name.size() && path.starts_with(prefix) && path.ends_with(name))
    return true;
  return path == base::modified_from_utf8(std::string(prefix).append(name));
}

// `prefix`: "" or that of the form and a slash.
std::string check_handle(const FileHandle& before, const FileHandle& after, const Form& form,
                         const std::string& prefix, const std::string& name) {
  const bool absolute = form.kind == FormKind::kAbsolute;
  const Part part =
      form.kind == FormKind::kOwned && before.part == Part::kShared ? Part::kPrivate : before.part;
  if (after.tag != (absolute ? StreamTag::kFile : StreamTag::kRelative)) {
    return base::concat("is a ", to_string(after.tag), " handle");
  }
  if (!is_path(after.path, prefix, name)) return "has another name";
  if (after.size != before.size) return "has another size";
  if (after.part != part || after.role != before.role || after.materialised != before.materialised ||
      after.operator_index != before.operator_index || after.subtask != before.subtask ||
      after.local_name != before.local_name) {
    return "stands in another place";
  }
  return {};
}

std::string check_incremental(const IncrementalHandle& before, const IncrementalHandle& after,
                              FormKind kind) {
  const bool owned = kind == FormKind::kOwned;
  const uint64_t shared = owned ? 0 : before.shared_count;
  const uint64_t own = before.private_count + (owned ? uint64_t{before.shared_count} : 0);
  if (after.shared_count == shared && after.private_count == own) return {};
  return base::concat("has ", after.shared_count, " shared and ", after.private_count, " private entries");
}

}  // namespace

std::string check_rewritten(const Metadata& original, std::string_view rewritten, const Form& form,
                            const std::vector<std::string>& names) {
  if (form.kind == FormKind::kOriginal) return rewritten == original.bytes ? "" : "the bytes differ";
  const base::Result<Metadata> decoded = decode(rewritten, kNoLimits);
  if (!decoded.has_value()) return "cannot be decoded: " + base::to_string(decoded.error());
  const Metadata& after = *decoded;
  if (after.version != original.version || after.dialect != original.dialect) return "has another version";
  if (!after.segment_operators.empty()) return "an operator handle of file merging is left";
  if (after.empty_segments > 0) return "an empty segment is left";
  if (after.files.size() != original.files.size() || names.size() != original.files.size()) {
    return base::concat("has ", after.files.size(), " file handles instead of ", original.files.size());
  }
  if (after.incrementals.size() != original.incrementals.size()) {
    return "has another number of incremental handles";
  }
  const std::string prefix = form.prefix.empty() ? "" : form.prefix + "/";
  for (size_t i = 0; i < after.files.size(); ++i) {
    const std::string problem = check_handle(original.files[i], after.files[i], form, prefix, names[i]);
    if (!problem.empty()) return base::concat("the handle at offset ", after.files[i].offset, " ", problem);
  }
  for (size_t i = 0; i < after.incrementals.size(); ++i) {
    const std::string problem = check_incremental(original.incrementals[i], after.incrementals[i], form.kind);
    if (!problem.empty()) {
      return base::concat("the incremental handle before offset ", after.incrementals[i].shared_count_offset,
                          " ", problem);
    }
  }
  if (!same_text(remains(original, form.kind), remains(after, form.kind))) return "what is no handle differs";
  return {};
}

}  // namespace checkpointfs::flink
