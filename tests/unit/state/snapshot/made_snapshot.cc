// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/snapshot/made_snapshot.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "base/errors.h"
#include "base/text/message.h"
#include "flink/decode.h"
#include "storage/resolver.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::test {
namespace {

flink::Metadata decoded_metadata(const std::string& text) {
  auto metadata = flink::decode(text);
  if (!metadata.has_value()) throw std::runtime_error(to_string(metadata.error()));
  return std::move(*metadata);
}

storage::SnapshotFiles projected(const flink::Metadata& metadata) {
  return storage::project_files(metadata, {1, "chk-1"}, storage::Resolver({{1, "/source", true}}, {}));
}

}  // namespace

Proxy long_states() {
  return {.states = {keyed_state("s", "VALUE", long_type())}};
}

std::string long_group(int32_t group, const std::map<int, int64_t>& values) {
  std::vector<std::string> entries;
  for (const auto& [key, value] : values)
    entries.push_back(kVoidNamespace + int_value(key) + long_value(value));
  return heap_group(group, {heap_state(0, entries)});
}

std::string heap_handle(const Proxy& proxy, int32_t first, const std::vector<std::string>& groups) {
  std::string content = keyed_proxy(proxy);
  Bytes handle;
  handle.u8(3).i32(first).i32(static_cast<int64_t>(groups.size()));
  for (const std::string& group : groups) {
    handle.i64(static_cast<int64_t>(content.size()));
    content += group;
  }
  return handle.raw(byte("state", content));
}

std::string operator_handle(const std::vector<ListState>& lists,
                            const std::vector<BroadcastState>& broadcasts) {
  const auto meta = [](const std::string& name, int kind, const std::string& mode,
                       const Serializers& serializers) {
    return state_meta(name, kind, "OPERATOR_STATE_DISTRIBUTION_MODE", mode, serializers);
  };
  Bytes proxy;
  proxy.i32(5).i16(static_cast<int>(lists.size()));
  for (const ListState& state : lists) {
    proxy.raw(meta(state.name, 1, state.mode, {{"VALUE_SERIALIZER", state.type}}));
  }
  proxy.i16(static_cast<int>(broadcasts.size()));
  for (const BroadcastState& state : broadcasts) {
    proxy.raw(meta(state.name, 2, "BROADCAST",
                   {{"KEY_SERIALIZER", state.key_type}, {"VALUE_SERIALIZER", state.value_type}}));
  }
  std::string content = proxy.str();
  std::vector<State> states;
  for (const ListState& state : lists) {
    State offsets{state.name, {}, state.mode == "UNION" ? 1 : 0};
    for (const std::string& element : state.elements) {
      offsets.offsets.push_back(static_cast<int64_t>(content.size()));
      content += element;
    }
    states.push_back(offsets);
  }
  for (const BroadcastState& state : broadcasts) {
    states.push_back({state.name, {static_cast<int64_t>(content.size())}, 2});
    content += state.content;
  }
  return partitionable(states, byte("operator state", content));
}

std::string one_offset_handle(const std::string& type, int elements, const std::string& compressed) {
  const std::string proxy = Bytes()
                                .i32(6)
                                .u8(1)
                                .i16(1)
                                .raw(state_meta("s", 1, "OPERATOR_STATE_DISTRIBUTION_MODE",
                                                "SPLIT_DISTRIBUTE", {{"VALUE_SERIALIZER", type}}))
                                .i16(0)
                                .str();
  const std::vector<int64_t> offsets(static_cast<size_t>(elements), static_cast<int64_t>(proxy.size()));
  return partitionable({{"s", offsets, 0}}, byte("operator state", proxy + compressed));
}

state::FileOpener::Opened FilesOpener::open(const storage::ProjectedFile& file) const {
  const auto found = contents_.find(file.name);
  if (found == contents_.end()) throw base::SystemError(ENOENT, "open", file.name);
  base::UniqueFd fd(::memfd_create(file.name.c_str(), MFD_CLOEXEC));
  if (!fd || ::write(fd.get(), found->second.data(), found->second.size()) !=
                 static_cast<ssize_t>(found->second.size())) {
    throw base::SystemError(errno, "write", file.name);
  }
  return {std::move(fd), "/source/" + file.name};
}

MadeSnapshot::MadeSnapshot(std::string metadata, std::map<std::string, std::string> files)
    : text_(std::move(metadata)),
      metadata_(decoded_metadata(text_)),
      files_(projected(metadata_)),
      opener_(std::move(files)),
      bytes_(metadata_, files_, opener_),
      layouts_(state::state_layout(metadata_)) {}

void LineKeeper::add(std::string_view line) {
  std::string text(line);
  const std::string head = "\"operator\":\"";
  const size_t start = text.find(head);
  if (start != std::string::npos) text.replace(start + head.size(), 32, "op");
  text_ += text + "\n";
}

void LineKeeper::add(const state::RowsReport& report) {
  for (const std::string& problem : report.problems)
    text_ += "problem: " + problem.substr(problem.find(',') + 2) + "\n";
  for (const std::string& hidden : report.hidden) text_ += "hidden: " + hidden + "\n";
  if (!report.exists) text_ += "no such state\n";
}

}  // namespace checkpointfs::test
