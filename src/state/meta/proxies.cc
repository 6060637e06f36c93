// SPDX-License-Identifier: Apache-2.0
#include "state/meta/proxies.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text/message.h"
#include "state/meta/state_meta_reader.h"

namespace checkpointfs::state {
namespace {

// More than 32767 states with classes of dozens of fields take.
constexpr uint64_t kLongestProxy = uint64_t{128} << 20;

void check_version(Input& in, int32_t first, int32_t last) {
  const uint64_t offset = in.offset();
  const int32_t version = in.i32("version");
  if (!in.ok() || (first <= version && version <= last)) return;
  in.fail(offset, "version",
          version > 0 && version < first
              ? base::format("version {} of the states' description is from before Flink 1.8", version)
              : base::format("unknown version {} of the states' description", version));
}

std::vector<StateMeta> read_states(StateMetaReader& reader, uint32_t n, Follower behind_last) {
  std::vector<StateMeta> states;
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    states.push_back(reader.state(i + 1 < n ? Follower::kState : behind_last));
  }
  return states;
}

std::string beginning(const StateBytes& bytes, uint64_t limit) {
  std::string text(std::min({bytes.size(), limit, kLongestProxy}), '\0');
  text.resize(bytes.read(0, text.data(), text.size()));
  return text;
}

}  // namespace

// i32 6 | boolean compressed | PSNAP key | i16 n x StateMeta
base::Result<KeyedProxy> read_keyed_proxy(std::string_view bytes, Writer writer) {
  StateMetaReader reader(bytes, writer);
  KeyedProxy proxy;
  check_version(reader.in(), 6, 6);
  proxy.compressed = reader.in().boolean("compressed");
  if (reader.ok()) proxy.key = reader.type(Follower::kStates);
  const uint32_t n = reader.ok() ? reader.state_count("states") : 0;
  proxy.states = read_states(reader, n, Follower::kEnd);
  if (!reader.ok()) return reader.error();
  proxy.end = reader.end();
  return proxy;
}

// i32 5, or i32 6 | boolean compressed; i16 n x StateMeta of lists | i16 n x StateMeta of broadcast maps
base::Result<OperatorProxy> read_operator_proxy(std::string_view bytes, Writer writer) {
  StateMetaReader reader(bytes, writer);
  OperatorProxy proxy;
  const bool has_flag = bytes.starts_with(std::string_view("\0\0\0\x06", 4));
  check_version(reader.in(), 5, 6);
  if (has_flag) proxy.compressed = reader.in().boolean("compressed");
  proxy.states = read_states(reader, reader.state_count("states"), Follower::kStates);
  if (reader.ok()) {
    proxy.broadcast = read_states(reader, reader.state_count("broadcast_states"), Follower::kEnd);
  }
  if (!reader.ok()) return reader.error();
  proxy.end = reader.end();
  return proxy;
}

base::Result<KeyedProxy> read_keyed_proxy(const StateBytes& bytes, uint64_t limit, Writer writer) {
  return read_keyed_proxy(beginning(bytes, limit), writer);
}

base::Result<OperatorProxy> read_operator_proxy(const StateBytes& bytes, uint64_t limit, Writer writer) {
  return read_operator_proxy(beginning(bytes, limit), writer);
}

}  // namespace checkpointfs::state
