// SPDX-License-Identifier: Apache-2.0
#include "state/operators/operator_handle.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"

namespace checkpointfs::state {
namespace {

constexpr uint64_t kMostElementBytes = INT32_MAX;  // of a byte array in Java
constexpr size_t kPiece = 64 << 10;

struct ElementStart {
  uint64_t offset = 0;
  size_t state = 0;  // position in the proxy: the order in which Flink writes
  size_t element = 0;
  friend bool operator<(const ElementStart& a, const ElementStart& b) {
    if (a.offset != b.offset) return a.offset < b.offset;
    return a.state != b.state ? a.state < b.state : a.element < b.element;
  }
};

bool is_empty(const ElementExtent& extent) {
  return extent.start == extent.end;
}

// Flink 1.18.1 counts the bytes of a compressed list before they are flushed, so that all elements get the
// offset of the first (FLINK-34063): the last one seems to have all bytes.
bool has_one_offset(const std::vector<ElementExtent>& extents) {
  return extents.size() > 1 && !is_empty(extents.back()) &&
         std::all_of(extents.begin(), extents.end() - 1, is_empty);
}

}  // namespace

base::Result<OperatorHandle> OperatorHandle::open(std::shared_ptr<const StateBytes> bytes,
                                                  const std::vector<flink::ListedState>& listed,
                                                  Writer writer) {
  const uint64_t size = bytes->size();
  uint64_t limit = size;
  for (const flink::ListedState& state : listed) {
    for (const int64_t offset : state.offsets) {
      if (offset < 0 || static_cast<uint64_t>(offset) > size) {
        return base::InputError{
            0, "offset",
            base::format("an element of state {} at {} in {} bytes",
                         base::printable(base::utf8_or_as_written(state.name)), offset, size),
            true};
      }
      limit = std::min(limit, static_cast<uint64_t>(offset));
    }
  }
  auto proxy = read_operator_proxy(*bytes, limit, writer);
  if (!proxy.has_value()) return proxy.error();

  OperatorHandle handle(std::move(bytes), std::make_shared<const OperatorProxy>(std::move(*proxy)));
  std::unordered_map<std::string, size_t> positions;
  for (const auto* const list : {&handle.proxy_->states, &handle.proxy_->broadcast}) {
    for (const StateMeta& meta : *list) {
      positions.emplace(meta.name, handle.states_.size());
      handle.states_.push_back({&meta, {}});
    }
  }
  // An element ends where the next one begins, whatever its state.
  std::vector<ElementStart> starts;
  for (const flink::ListedState& state : listed) {
    const auto found = positions.find(base::utf8_or_as_written(state.name));
    const size_t position = found == positions.end() ? handle.states_.size() : found->second;
    for (size_t i = 0; i < state.offsets.size(); ++i) {
      starts.push_back({static_cast<uint64_t>(state.offsets[i]), position, i});
    }
    if (found != positions.end()) handle.states_[position].extents.resize(state.offsets.size());
  }
  std::sort(starts.begin(), starts.end());
  for (size_t i = 0; i < starts.size(); ++i) {
    if (starts[i].state == handle.states_.size()) continue;
    const uint64_t end = i + 1 < starts.size() ? starts[i + 1].offset : size;
    handle.states_[starts[i].state].extents[starts[i].element] = {starts[i].offset, end};
  }
  for (HandleState& state : handle.states_) {
    if (!handle.compressed() || !has_one_offset(state.extents)) continue;
    for (ElementExtent& extent : state.extents) extent.is_apart = false;
  }
  return handle;
}

const HandleState* OperatorHandle::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(states_, [&](const HandleState& state) { return state.meta->name == name; });
  return found == states_.end() ? nullptr : &*found;
}

StoredInput element_input(const OperatorHandle& handle, const ElementExtent& extent) {
  const StoredRange range{handle.bytes(), extent.start, extent.end - extent.start};
  return handle.compressed() ? StoredInput(range, SnappyStart::kChunk) : StoredInput(range);
}

base::Result<std::string> element_bytes(const OperatorHandle& handle, const ElementExtent& extent) {
  if (!extent.is_apart) {
    return base::InputError{
        extent.start, "offset",
        "all elements of the list have this offset and cannot be told apart, as Flink 1.18 "
        "wrote them with compression (FLINK-34063)",
        false};
  }
  std::string bytes;
  StoredInput element = element_input(handle, extent);
  Input& in = element.in();
  while (!in.at_end()) {
    const std::string_view piece = in.peek(kPiece);
    bytes += piece;
    in.skip(piece.size(), "element");
    if (bytes.size() > kMostElementBytes) in.fail("element", "an element of more than 2 GiB");
  }
  if (!in.ok()) return in.error();
  return bytes;
}

}  // namespace checkpointfs::state
