// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/state_builder.h"

#include "tests/support/bytes.h"
#include "tests/unit/state/snappy_chunks.h"

namespace checkpointfs::test {
namespace {

constexpr char kBase[] = "org.apache.flink.api.common.typeutils.base.";

// CompositeTypeSerializerSnapshot, version 3.
std::string composite(std::string_view snapshot_class, const std::vector<std::string>& nested,
                      std::string_view outer = {}) {
  Bytes bytes;
  bytes.utf(snapshot_class).i32(3).i32(911108).i32(1).raw(outer).i32(1333245).i32(1);
  bytes.i32(static_cast<int64_t>(nested.size()));
  for (const std::string& type : nested) bytes.raw(type);
  return bytes;
}

}  // namespace

std::string simple_type(std::string_view snapshot_class, int version) {
  return Bytes().utf(snapshot_class).i32(version);
}
std::string int_type() {
  return simple_type(std::string(kBase) + "IntSerializer$IntSerializerSnapshot");
}
std::string long_type() {
  return simple_type(std::string(kBase) + "LongSerializer$LongSerializerSnapshot");
}
std::string string_type() {
  return simple_type(std::string(kBase) + "StringSerializer$StringSerializerSnapshot");
}
std::string null_value_type() {
  return simple_type(std::string(kBase) + "NullValueSerializer$NullValueSerializerSnapshot");
}
std::string void_namespace() {
  return simple_type(
      "org.apache.flink.runtime.state.VoidNamespaceSerializer$VoidNamespaceSerializerSnapshot");
}
std::string time_window() {
  return simple_type(
      "org.apache.flink.streaming.api.windowing.windows.TimeWindow$Serializer$TimeWindowSerializerSnapshot");
}
std::string list_type(const std::string& element) {
  return composite(std::string(kBase) + "ListSerializerSnapshot", {element});
}
std::string map_type(const std::string& key, const std::string& value) {
  return composite(std::string(kBase) + "MapSerializerSnapshot", {key, value});
}
std::string tuple2_type(const std::string& f0, const std::string& f1) {
  return composite("org.apache.flink.api.java.typeutils.runtime.TupleSerializerSnapshot", {f0, f1},
                   Bytes().utf("org.apache.flink.api.java.tuple.Tuple2").str());
}
std::string ttl_type(const std::string& value) {
  return composite("org.apache.flink.runtime.state.ttl.TtlStateFactory$TtlSerializerSnapshot",
                   {long_type(), value});
}
std::string timer_type(const std::string& key, const std::string& name_space) {
  return composite("org.apache.flink.streaming.api.operators.TimerSerializerSnapshot", {key, name_space});
}
std::string unknown_type(std::string_view snapshot_class) {
  return Bytes().utf(snapshot_class).i32(7).hex("CAFE 0003 00000001 000568656C6C6F");
}

std::string state_meta(std::string_view name, int kind, std::string_view option_key, std::string_view option,
                       const Serializers& serializers) {
  Bytes bytes;
  bytes.utf(name).i32(kind);
  if (option_key.empty()) {
    bytes.i32(0);
  } else {
    bytes.i32(1).utf(option_key).utf(option);
  }
  bytes.i32(static_cast<int64_t>(serializers.size()));
  for (const auto& [key, type] : serializers) bytes.utf(key).i32(2).raw(type);
  return bytes;
}

std::string keyed_state(std::string_view name, std::string_view type, const std::string& value,
                        const std::string& name_space) {
  return state_meta(name, 0, "KEYED_STATE_TYPE", type,
                    {{"VALUE_SERIALIZER", value}, {"NAMESPACE_SERIALIZER", name_space}});
}

std::string timer_state(std::string_view name, const std::string& timer) {
  return state_meta(name, 3, "", "", {{"VALUE_SERIALIZER", timer}});
}

std::string keyed_proxy(const Proxy& proxy) {
  Bytes bytes;
  bytes.i32(proxy.version).u8(proxy.compressed ? 1 : 0).i32(2).raw(proxy.key);
  bytes.i16(static_cast<int>(proxy.states.size()));
  for (const std::string& state : proxy.states) bytes.raw(state);
  return bytes;
}

std::string int_value(int64_t value) {
  return Bytes().i32(value);
}
std::string long_value(int64_t value) {
  return Bytes().i64(value);
}
std::string string_value(std::string_view ascii) {
  return Bytes().u8(static_cast<int>(ascii.size()) + 1).raw(ascii);
}
std::string timer_value(int64_t timestamp, const std::string& key, const std::string& name_space) {
  return Bytes().i64(timestamp ^ INT64_MIN).raw(key).raw(name_space);
}

std::string snappy_frames(std::string_view text) {
  constexpr size_t kBlock = 65536;
  std::string out = snappy_identifier();
  for (size_t i = 0; i < text.size(); i += kBlock) out += plain_chunk(text.substr(i, kBlock));
  return out;
}

std::string heap_state(int state, const std::vector<std::string>& entries) {
  Bytes bytes;
  bytes.i16(state).i32(static_cast<int64_t>(entries.size()));
  for (const std::string& entry : entries) bytes.raw(entry);
  return bytes;
}

std::string heap_group(int32_t number, const std::vector<std::string>& states, bool compressed) {
  Bytes bytes;
  bytes.i32(number);
  for (const std::string& state : states) bytes.raw(compressed ? snappy_frames(state) : state);
  return bytes;
}

std::string full_group(int32_t number, const std::vector<FullPair>& pairs, size_t prefix_length) {
  Bytes bytes;
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (i == 0 || pairs[i].state != pairs[i - 1].state) bytes.i16(pairs[i].state);
    const bool last = i + 1 == pairs.size() || pairs[i + 1].state != pairs[i].state;
    std::string key = prefix_length == 2 ? Bytes().i16(number).str() : Bytes().u8(number).str();
    if (last) key[0] = static_cast<char>(key[0] | 0x80);
    bytes.block(key + pairs[i].key).block(pairs[i].value);
  }
  return bytes.i16(0xFFFF);
}

std::string announcement(const std::string& state_meta, int state, std::string_view ttl_and_default,
                         int version) {
  return Bytes().u8(8).i32(version).raw(state_meta).raw(ttl_and_default).i16(state).u8(0);
}

std::string change(int operation, int state, const std::string& payload) {
  return Bytes().u8(operation).i16(state).raw(payload);
}

std::string change_set(const std::vector<ChangeGroup>& groups) {
  Bytes bytes;
  bytes.i32(static_cast<int64_t>(groups.size()));
  for (const ChangeGroup& group : groups) {
    bytes.i32(static_cast<int64_t>(group.changes.size())).i32(group.key_group);
    for (const std::string& change : group.changes) bytes.block(change);
  }
  return bytes;
}

}  // namespace checkpointfs::test
