// SPDX-License-Identifier: Apache-2.0
#include "storage/operators_tree.h"

#include <algorithm>
#include <tuple>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"

namespace checkpointfs::storage {
namespace {

constexpr size_t kMaxOperatorName = 200;  // bytes; leaves room for what tells two operators apart

// `text`, modified UTF-8 of anybody's making, as the name of a file; "" if nothing is left of it.
std::string safe_name(std::string_view text) {
  std::string name = base::utf8_from_modified(text).value_or("");
  if (name.size() > kMaxOperatorName) {
    size_t end = kMaxOperatorName;
    while (end > 0 && (static_cast<uint8_t>(name[end]) & 0xC0) == 0x80) --end;
    name.resize(end);
  }
  for (char& c : name) {
    if (c == '/' || c == '\0' || static_cast<uint8_t>(c) < ' ' || c == '\x7F') c = '_';
  }
  return name == "." || name == ".." ? "" : name;
}

// Its name and uid where there are such, else its id.
std::string name_of(const flink::Operator& op) {
  const std::string name = safe_name(op.name);
  const std::string uid = safe_name(op.uid);
  if (name.empty() && uid.empty()) return flink::hex(op.id);
  if (name.empty() || uid.empty() || name == uid) return name.empty() ? uid : name;
  return name.size() + uid.size() > kMaxOperatorName ? name : base::format("{} [{}]", name, uid);
}

const char* name_of(flink::Role role) {
  switch (role) {
    case flink::Role::kOperatorManaged:
      return "managed-operator";
    case flink::Role::kOperatorRaw:
      return "raw-operator";
    case flink::Role::kKeyedManaged:
      return "managed-keyed";
    case flink::Role::kKeyedRaw:
      return "raw-keyed";
    case flink::Role::kInputChannel:
      return "input-channels";
    case flink::Role::kResultSubpartition:
      return "result-subpartitions";
  }
  return "other";
}

// The name of a file in the directory of an incremental handle.
std::string local_name_of(flink::Part part, std::string_view local_name) {
  return part == flink::Part::kMeta ? "meta" : safe_name(local_name);
}

}  // namespace

OperatorsTree::OperatorsTree(const flink::Metadata& metadata, const SnapshotFiles& files) {
  nodes_.emplace_back();
  add_operators(metadata);
  add_databases(metadata, files);
  // Files and inline states that belong to no incremental handle come last.
  std::vector<bool> done(metadata.files.size());
  std::vector<bool> done_inline(metadata.inlines.size());
  for (const flink::IncrementalHandle& handle : metadata.incrementals) {
    std::fill(done.begin() + handle.first_file, done.begin() + handle.end_file, true);
    std::fill(done_inline.begin() + handle.first_inline, done_inline.begin() + handle.end_inline, true);
  }
  for (size_t i = 0; i < metadata.files.size(); ++i) {
    if (done[i]) continue;
    const flink::FileHandle& handle = metadata.files[i];
    uint32_t parent = state_directory(handle.operator_index, handle.subtask, handle.role);
    if (handle.part == flink::Part::kChangelog) parent = directory(parent, "changes");
    if (handle.materialised) parent = directory(parent, "materialised");
    const uint32_t file = files.file_of_handle[i];
    add_file(parent, files.files[file].name, file);
  }
  for (size_t i = 0; i < metadata.inlines.size(); ++i) {
    if (done_inline[i]) continue;
    const flink::InlineHandle& handle = metadata.inlines[i];
    const uint32_t op = operators_[handle.operator_index];
    add_inline(handle.coordinator ? op : state_directory(handle.operator_index, handle.subtask, handle.role),
               handle);
  }
}

void OperatorsTree::add_operators(const flink::Metadata& metadata) {
  operators_.reserve(metadata.operators.size());
  for (const flink::Operator& op : metadata.operators) {
    std::string name = name_of(op);
    if (child(0, name)) name = base::format("{} {}", name, flink::hex(op.id));
    operators_.push_back(directory(0, name));
  }
}

void OperatorsTree::add_databases(const flink::Metadata& metadata, const SnapshotFiles& files) {
  std::unordered_map<uint32_t, uint32_t> numbers;  // of materialised handles in a directory
  for (const flink::IncrementalHandle& handle : metadata.incrementals) {
    const bool has_file = handle.first_file < handle.end_file;
    if (!has_file && handle.first_inline == handle.end_inline) continue;
    const auto [op, subtask, role, materialised] = [&]() -> std::tuple<uint32_t, int32_t, flink::Role, bool> {
      if (has_file) {
        const flink::FileHandle& first = metadata.files[handle.first_file];
        return {first.operator_index, first.subtask, first.role, first.materialised};
      }
      const flink::InlineHandle& first = metadata.inlines[handle.first_inline];
      return {first.operator_index, first.subtask, first.role, first.materialised};
    }();
    uint32_t parent = state_directory(op, subtask, role);
    if (materialised) {
      parent = directory(parent, base::format("materialised-{}", numbers[parent]++));
    }
    for (uint32_t i = handle.first_file; i < handle.end_file; ++i) {
      const flink::FileHandle& file = metadata.files[i];
      add_file(parent, local_name_of(file.part, file.local_name), files.file_of_handle[i]);
    }
    for (uint32_t i = handle.first_inline; i < handle.end_inline; ++i) {
      add_inline(parent, metadata.inlines[i]);
    }
  }
}

uint32_t OperatorsTree::state_directory(uint32_t op, int32_t subtask, flink::Role role) {
  return directory(directory(operators_[op], std::to_string(subtask)), name_of(role));
}

std::optional<uint32_t> OperatorsTree::child(uint32_t directory, std::string_view name) const {
  const auto found = by_name_.find(base::format("{}/{}", directory, name));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

OperatorsTree::Node* OperatorsTree::add(uint32_t parent, const std::string& name, Kind kind) {
  const auto number = static_cast<uint32_t>(nodes_.size());
  if (name.empty() || !by_name_.emplace(base::format("{}/{}", parent, name), number).second) return nullptr;
  nodes_[parent].children.push_back(number);
  Node& node = nodes_.emplace_back();
  node.name = name;
  node.parent = parent;
  node.kind = kind;
  return &node;
}

uint32_t OperatorsTree::directory(uint32_t parent, const std::string& name) {
  if (const auto known = child(parent, name)) {
    if (nodes_[*known].kind == Kind::kDirectory) return *known;
    return directory(parent, name + "_");  // a file has been given that name
  }
  add(parent, name, Kind::kDirectory);
  return static_cast<uint32_t>(nodes_.size() - 1);
}

void OperatorsTree::add_file(uint32_t parent, const std::string& name, uint32_t file) {
  if (Node* const node = add(parent, name, Kind::kFile)) node->file = file;
}

void OperatorsTree::add_inline(uint32_t parent, const flink::InlineHandle& handle) {
  std::string name = handle.coordinator ? "coordinator" : local_name_of(handle.part, handle.local_name);
  if (name.empty()) {
    for (size_t i = nodes_[parent].children.size();; ++i) {
      name = base::format("inline-{}", i);
      if (!child(parent, name)) break;
    }
  }
  if (Node* const node = add(parent, name, Kind::kInline)) {
    node->offset = handle.offset;
    node->length = handle.length;
  }
}

}  // namespace checkpointfs::storage
