// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/rewriting.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/modified_utf8.h"
#include "flink/decode.h"
#include "flink/uri.h"
#include "storage/projected_name.h"

namespace checkpointfs::fuzz {

std::vector<std::string> projected_names(const flink::Metadata& metadata) {
  std::unordered_set<std::string> taken;
  const auto is_taken = [&](const std::string& name) { return taken.contains(name); };
  std::unordered_map<std::string_view, std::string> known;
  std::vector<std::string> names;
  names.reserve(metadata.files.size());
  for (const flink::FileHandle& handle : metadata.files) {
    auto [found, is_new] = known.try_emplace(handle.path);
    if (is_new) {
      const auto text = base::utf8_from_modified(handle.path);
      const std::string path = text ? *text : base::printable(handle.path);
      const std::string natural = storage::natural_name(base::last_component(path), handle.path);
      found->second = *taken.insert(storage::free_name(natural, handle.path, is_taken)).first;
    }
    names.push_back(found->second);
  }
  return names;
}

bool has_no_other_form(const flink::Metadata& metadata) {
  if (metadata.empty_segments > 0) return true;
  return std::any_of(metadata.segment_operators.begin(), metadata.segment_operators.end(),
                     [&](const flink::SegmentOperatorHandle& handle) {
                       const auto tag = static_cast<flink::StreamTag>(metadata.bytes[handle.delegate_offset]);
                       return !handle.empty && tag == flink::StreamTag::kEmptySegment;
                     });
}

Rewritten rewrite_again(std::string_view bytes, const flink::Form& form,
                        const std::vector<std::string>& names) {
  const auto metadata = flink::decode(bytes);
  if (!metadata.has_value())
    return {"", base::format("cannot be decoded: {}", base::to_string(metadata.error()))};
  if (metadata->files.size() != names.size()) return {"", "has another number of handles"};
  auto result = flink::rewrite(bytes, *metadata, form, names);
  if (!result.has_value())
    return {"", base::format("cannot be rewritten: {}", base::to_string(result.error()))};
  return {*std::move(result), ""};
}

std::string difference(const flink::Metadata& a, const flink::Metadata& b) {
  if (a.version != b.version || a.dialect != b.dialect) return "another version";
  if (a.checkpoint_id != b.checkpoint_id || a.kind != b.kind) return "another checkpoint";
  if (a.master_states != b.master_states) return "other master states";
  if (a.inline_bytes != b.inline_bytes) return "other inline state";
  if (a.has_changelog != b.has_changelog) return "another changelog";
  const auto same_operator = [](const flink::Operator& x, const flink::Operator& y) {
    return x.id == y.id && x.name == y.name && x.uid == y.uid && x.parallelism == y.parallelism &&
           x.max_parallelism == y.max_parallelism && x.subtasks == y.subtasks &&
           x.finished_subtasks == y.finished_subtasks && x.finished == y.finished &&
           x.inline_bytes == y.inline_bytes;
  };
  if (!std::equal(a.operators.begin(), a.operators.end(), b.operators.begin(), b.operators.end(),
                  same_operator)) {
    return "another operator";
  }
  const auto same_handle = [](const flink::FileHandle& x, const flink::FileHandle& y) {
    return x.role == y.role && x.materialised == y.materialised && x.operator_index == y.operator_index &&
           x.subtask == y.subtask && x.size == y.size && x.local_name == y.local_name;
  };
  if (!std::equal(a.files.begin(), a.files.end(), b.files.begin(), b.files.end(), same_handle)) {
    return "another handle";
  }
  return "";
}

}  // namespace checkpointfs::fuzz
