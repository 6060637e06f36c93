// SPDX-License-Identifier: Apache-2.0
#include "tests/support/metadata_builder.h"

#include <stdexcept>

#include "tests/support/bytes.h"

namespace checkpointfs::test {
namespace {

constexpr char kStateHandleId[] = "11111111-2222-3333-4444-555555555555";
constexpr char kBackendId[] = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

int size_of(const auto& list) {
  return static_cast<int>(list.size());
}

void write_handle_list(Bytes& out, const std::vector<std::pair<std::string, std::string>>& list) {
  out.i32(size_of(list));
  for (const auto& [local_name, handle] : list) out.utf(local_name).raw(handle);
}

void write_handles(Bytes& out, const std::vector<std::string>& handles) {
  out.i32(size_of(handles));
  for (const std::string& handle : handles) out.raw(handle);
}

void write_states(Bytes& out, const std::vector<State>& states) {
  out.i32(size_of(states));
  for (const State& state : states) {
    out.utf(state.name).u8(state.mode).i32(size_of(state.offsets));
    for (const int64_t offset : state.offsets) out.i64(offset);
  }
}

void write_optional(Bytes& out, const std::string& handle) {
  out.i32(handle.empty() ? 0 : 1).raw(handle);
}

}  // namespace

std::string null_handle() {
  return Bytes().u8(0);
}

std::string byte(std::string_view name, std::string_view data) {
  return Bytes().u8(1).utf(name).block(data);
}

std::string file(std::string_view path, int64_t size) {
  return Bytes().u8(2).i64(size).utf(path);
}

std::string relative(std::string_view path, int64_t size) {
  return Bytes().u8(6).utf(path).i64(size);
}

std::string segment(std::string_view path, int64_t start, int64_t size, int32_t scope) {
  return Bytes().u8(15).i64(start).i64(size).i32(scope).utf(path).utf("logical-file");
}

std::string empty_segment() {
  return Bytes().u8(16);
}

std::string key_groups(const std::string& delegate, const std::vector<int64_t>& offsets, int tag) {
  Bytes out;
  out.u8(tag).i32(0).i32(size_of(offsets));
  for (const int64_t offset : offsets) out.i64(offset);
  out.raw(delegate);
  if (tag == 12) out.utf(kStateHandleId);
  return out;
}

std::string incremental(const Incremental& handle) {
  const bool second = handle.tag == 11;
  Bytes out;
  out.u8(handle.tag).i64(handle.checkpoint_id).utf(kBackendId).i32(0).i32(128);
  if (second) out.i64(4711);  // checkpointed size
  out.raw(handle.meta);
  write_handle_list(out, handle.shared);
  write_handle_list(out, handle.private_);
  if (second) out.utf(kStateHandleId);
  return out;
}

std::string changelog(const std::vector<std::string>& materialised, const std::vector<std::string>& changes,
                      ChangelogLayout layout) {
  Bytes out;
  out.u8(layout == ChangelogLayout::kFlink1_16 ? 14 : 8).i32(0).i32(128);
  if (layout != ChangelogLayout::kFlink1_14) out.i64(4711);  // checkpointed size
  write_handles(out, materialised);
  write_handles(out, changes);
  if (layout == ChangelogLayout::kFlink1_14) return out;
  out.i64(5);                                              // materialisation id
  if (layout == ChangelogLayout::kFlink1_16) out.i64(17);  // checkpoint id
  return out.utf(kStateHandleId);
}

std::string changelog_bytes(const std::vector<std::pair<int32_t, std::string>>& changes,
                            ChangelogLayout layout) {
  Bytes out;
  out.u8(9).i32(0).i32(128).i64(3).i64(7).i32(size_of(changes));
  for (const auto& [key_group, data] : changes) out.i32(key_group).block(data);
  if (layout != ChangelogLayout::kFlink1_14) out.utf(kStateHandleId);
  return out;
}

std::string changelog_files(const std::vector<std::pair<int64_t, std::string>>& files,
                            ChangelogLayout layout) {
  Bytes out;
  out.u8(layout == ChangelogLayout::kFlink1_16 ? 13 : 10).i32(0).i32(128).i32(size_of(files));
  for (const auto& [offset, handle] : files) out.i64(offset).raw(handle);
  out.i64(815);  // size
  if (layout == ChangelogLayout::kFlink1_14) return out;
  out.i64(4711).utf(kStateHandleId);
  if (layout == ChangelogLayout::kFlink1_16) out.utf("filesystem");
  return out;
}

std::string partitionable(const std::vector<State>& states, const std::string& delegate) {
  Bytes out;
  out.u8(4);
  write_states(out, states);
  return out.raw(delegate);
}

std::string segment_operator(const SegmentOperator& handle) {
  Bytes out;
  out.u8(17);
  write_states(out, handle.states);
  out.utf(handle.task_owned_dir).utf(handle.shared_dir).u8(handle.is_empty);
  return out.raw(handle.delegate);
}

MetadataBuilder::MetadataBuilder(int32_t version, flink::Dialect dialect)
    : version_(version),
      channel_subtasks_(dialect != flink::Dialect::kFlink1_11),
      properties_(version >= 4 ? checkpoint_properties() : "") {}

MetadataBuilder& MetadataBuilder::checkpoint_id(int64_t id) {
  checkpoint_id_ = id;
  return *this;
}

MetadataBuilder& MetadataBuilder::master_state(std::string_view name, std::string_view data) {
  const std::string content = Bytes().i32(1).utf(name).block(data);
  return raw_master_state(Bytes().i32(0xC96B1696).block(content).str());
}

MetadataBuilder& MetadataBuilder::raw_master_state(std::string_view bytes) {
  ++master_states_;
  master_bytes_ += bytes;
  return *this;
}

MetadataBuilder& MetadataBuilder::op(const Operator& op) {
  Bytes head;
  if (version_ >= 5) head.utf(op.name).utf(op.uid);
  if (op.id.empty()) {
    head.i64(0x0A0B0C0D).i64(size_of(operators_));
  } else {
    head.raw(op.id);
  }
  head.i32(op.parallelism).i32(op.max_parallelism);
  if (version_ == 2) {
    head.i32(1);  // chain length
  } else {
    head.raw(op.coordinator);
  }
  operators_.push_back({head, {}, 0});
  return *this;
}

MetadataBuilder& MetadataBuilder::finished_op(const Operator& finished) {
  op(finished);
  operators_.back().count = -1;
  return *this;
}

MetadataBuilder& MetadataBuilder::subtask(const Subtask& subtask) {
  Open& open = operators_.back();
  Bytes out;
  out.i32(subtask.index == -1 ? open.count : subtask.index);
  if (version_ == 2) {
    out.i64(-1);  // duration
    write_handles(out, subtask.legacy);
  }
  write_optional(out, subtask.managed_operator);
  write_optional(out, subtask.raw_operator);
  out.raw(subtask.managed_keyed).raw(subtask.raw_keyed);
  if (version_ > 2) out.raw(channels(subtask.inputs, true)).raw(channels(subtask.outputs, false));
  open.subtasks += out.str();
  ++open.count;
  return *this;
}

MetadataBuilder& MetadataBuilder::finished_subtask() {
  Open& open = operators_.back();
  open.subtasks += Bytes().i32(-open.count - 1).str();
  ++open.count;
  return *this;
}

MetadataBuilder& MetadataBuilder::properties(std::string bytes) {
  properties_ = std::move(bytes);
  return *this;
}

std::string MetadataBuilder::channels(const std::vector<Channel>& list, bool input) const {
  Bytes out;
  out.i32(size_of(list));
  for (const Channel& item : list) out.raw(channel(item, input));
  return out;
}

std::string MetadataBuilder::channel(const Channel& channel, bool input) const {
  Bytes offsets;
  offsets.i32(size_of(channel.offsets));
  for (const int64_t offset : channel.offsets) offsets.i64(offset);
  Bytes out;
  if (version_ >= 6) out.u8(channel.type != 0 ? channel.type : (input ? 1 : 2) + (channel.merged ? 2 : 0));
  if (channel.merged) {
    if (version_ < 6) throw std::logic_error("merged channel handles came with version 6");
    Bytes packed;
    packed.i32(1).i32(channel.gate).i32(channel.channel).i64(channel.size).raw(offsets);
    return out.i32(channel.subtask).i64(channel.size).raw(channel.delegate).block(packed.str());
  }
  if (channel_subtasks_) out.i32(channel.subtask);
  out.i32(channel.gate).i32(channel.channel).raw(offsets).i64(channel.size);
  return out.raw(channel.delegate);
}

std::string MetadataBuilder::bytes() const {
  Bytes out;
  out.i32(0x4960672D).i32(version_).i64(checkpoint_id_);
  out.i32(master_states_).raw(master_bytes_);
  out.i32(size_of(operators_));
  for (const Open& open : operators_) out.raw(open.head).i32(open.count).raw(open.subtasks);
  return out.raw(properties_);
}

}  // namespace checkpointfs::test
