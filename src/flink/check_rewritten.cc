// SPDX-License-Identifier: Apache-2.0
#include "flink/check_rewritten.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "flink/decode.h"

namespace checkpointfs::flink {
namespace {

constexpr std::string_view kAbsent("\0\0\0\0", 4);
constexpr std::string_view kPartitionableTagByte("\4", 1);

// A range of bytes that a rewrite may change, and what must stand there for the comparison of all the rest.
struct Gap {
  uint64_t offset = 0;
  uint64_t length = 0;
  std::string_view instead;
};

// The gaps that are no file handles, in order.
std::vector<Gap> structural_gaps(const Metadata& metadata, FormKind kind) {
  std::vector<Gap> gaps;
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
      gaps.push_back({handle.tag_offset, 1, kPartitionableTagByte});
      gaps.push_back({handle.directories_offset, handle.delegate_offset - handle.directories_offset, {}});
    }
  }
  std::ranges::sort(gaps, {}, &Gap::offset);
  return gaps;
}

// Everything but the gaps, piece by piece: of millions of handles nothing is stored.
class Remains {
 public:
  // REQUIRES: `metadata` outlives it.
  Remains(const Metadata& metadata, FormKind kind)
      : metadata_(metadata), structural_(structural_gaps(metadata, kind)), done_(metadata.begin) {}

  // The rest of the current piece; empty at the end only.
  std::string_view piece() {
    while (piece_.empty() && !at_end_) next();
    return piece_;
  }
  void take(size_t length) { piece_.remove_prefix(length); }

 private:
  void next() {
    if (!instead_.empty()) {
      piece_ = std::exchange(instead_, {});
      return;
    }
    const Gap gap = next_gap();
    piece_ = metadata_.bytes.substr(done_, gap.offset - done_);
    instead_ = gap.instead;
    done_ = gap.offset + gap.length;
  }

  Gap next_gap() {
    const bool file_left = file_ < metadata_.files.size();
    if (gap_ < structural_.size() &&
        (!file_left || structural_[gap_].offset < metadata_.files[file_].offset)) {
      return structural_[gap_++];
    }
    if (file_left) {
      const FileHandle& handle = metadata_.files[file_++];
      return {handle.offset, handle.length, {}};
    }
    at_end_ = true;
    return {metadata_.end, 0, {}};
  }

  const Metadata& metadata_;
  const std::vector<Gap> structural_;
  size_t gap_ = 0;   // the next of structural_
  size_t file_ = 0;  // the next of metadata_.files
  uint64_t done_;
  std::string_view piece_;
  std::string_view instead_;  // of the gap behind piece_
  bool at_end_ = false;
};

// Compares the texts; the cuts between their pieces do not matter.
bool same_text(Remains a, Remains b) {
  for (;;) {
    const std::string_view left = a.piece();
    const std::string_view right = b.piece();
    if (left.empty() || right.empty()) return left.empty() && right.empty();
    const size_t length = std::min(left.size(), right.size());
    if (left.substr(0, length) != right.substr(0, length)) return false;
    a.take(length);
    b.take(length);
  }
}

std::string_view text_of(const Metadata& metadata) {
  return metadata.bytes.substr(metadata.begin, metadata.end - metadata.begin);
}

// Is true if `path`, modified UTF-8, is `prefix` and `name`, which are UTF-8.
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
    return base::format("is a {} handle", to_string(after.tag));
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
  return base::format("has {} shared and {} private entries", after.shared_count, after.private_count);
}

}  // namespace

std::string check_rewritten(const Metadata& original, std::string_view rewritten, const Form& form,
                            const std::vector<std::string>& names) {
  if (form.kind == FormKind::kOriginal) return rewritten == original.bytes ? "" : "the bytes differ";
  const base::Result<Metadata> decoded = decode(rewritten, kNoLimits);
  if (!decoded.has_value()) return "cannot be decoded: " + base::to_string(decoded.error());
  return check_rewritten(original, *decoded, form, names);
}

std::string check_rewritten(const Metadata& original, const Metadata& after, const Form& form,
                            const std::vector<std::string>& names) {
  if (form.kind == FormKind::kOriginal) return text_of(after) == text_of(original) ? "" : "the bytes differ";
  if (after.version != original.version || after.dialect != original.dialect) return "has another version";
  if (!after.segment_operators.empty()) return "an operator handle of file merging is left";
  if (after.empty_segments > 0) return "an empty segment is left";
  if (after.files.size() != original.files.size() || names.size() != original.files.size()) {
    return base::format("has {} file handles instead of {}", after.files.size(), original.files.size());
  }
  if (after.incrementals.size() != original.incrementals.size()) {
    return "has another number of incremental handles";
  }
  const std::string prefix = form.prefix.empty() ? "" : form.prefix + "/";
  for (size_t i = 0; i < after.files.size(); ++i) {
    const std::string problem = check_handle(original.files[i], after.files[i], form, prefix, names[i]);
    if (!problem.empty()) return base::format("the handle at offset {} {}", after.files[i].offset, problem);
  }
  for (size_t i = 0; i < after.incrementals.size(); ++i) {
    const std::string problem = check_incremental(original.incrementals[i], after.incrementals[i], form.kind);
    if (!problem.empty()) {
      return base::format("the incremental handle before offset {} {}",
                          after.incrementals[i].shared_count_offset, problem);
    }
  }
  if (!same_text(Remains(original, form.kind), Remains(after, form.kind))) return "what is no handle differs";
  return {};
}

}  // namespace checkpointfs::flink
