// SPDX-License-Identifier: Apache-2.0
// Builds handles of state byte by byte, well-formed or not: serializer snapshots, descriptions of states,
// proxies, key groups. All are strings of bytes, so that a test may put anything anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace checkpointfs::test {

// Serializer snapshots (SNAP). A simple one has no body.
std::string simple_type(std::string_view snapshot_class, int version = 3);
std::string int_type();
std::string long_type();
std::string string_type();
std::string null_value_type();  // its values have no bytes
std::string void_namespace();
std::string time_window();
std::string list_type(const std::string& element);
std::string map_type(const std::string& key, const std::string& value);
std::string tuple2_type(const std::string& f0, const std::string& f1);
std::string ttl_type(const std::string& value);
std::string timer_type(const std::string& key, const std::string& name_space);
// A type of a class that nobody knows, with a body that has no length.
std::string unknown_type(std::string_view snapshot_class = "com.acme.OrderSerializerSnapshot");
// StateMeta: "VALUE_SERIALIZER" and the like, each with its SNAP.
using Serializers = std::vector<std::pair<std::string, std::string>>;
std::string state_meta(std::string_view name, int kind, std::string_view option_key, std::string_view option,
                       const Serializers& serializers);
// A keyed state (kind 0, or 4) with the namespace `void_namespace()`, or another one.
std::string keyed_state(std::string_view name, std::string_view type, const std::string& value,
                        const std::string& name_space = void_namespace());
std::string timer_state(std::string_view name, const std::string& timer);

struct Proxy {
  int version = 6;
  bool compressed = false;
  std::string key = int_type();
  std::vector<std::string> states = {};
};
std::string keyed_proxy(const Proxy& proxy);

// Values.
std::string int_value(int64_t value);
std::string long_value(int64_t value);
std::string string_value(std::string_view ascii);  // at most 126 characters
std::string timer_value(int64_t timestamp, const std::string& key, const std::string& name_space);

// One stream of Snappy frames, of blocks that are not compressed.
std::string snappy_frames(std::string_view text);

// One state of a heap key group: i16 state | i32 n | entries.
std::string heap_state(int state, const std::vector<std::string>& entries);
// i32 number | states, each in frames of its own if `compressed`.
std::string heap_group(int32_t number, const std::vector<std::string>& states, bool compressed = false);

struct FullPair {
  int state = 0;
  std::string key;  // without the key group
  std::string value;
};
// The pairs of a key group as a full snapshot has them, with the key group before each key. REQUIRES: pairs
// of one state stand behind each other.
std::string full_group(int32_t number, const std::vector<FullPair>& pairs, size_t prefix_length = 1);

// Changes of the changelog backend.
std::string announcement(const std::string& state_meta, int state, std::string_view ttl_and_default = {},
                         int version = 6);
std::string change(int operation, int state, const std::string& payload);
struct ChangeGroup {
  int32_t key_group = 0;  // -1: announcements
  std::vector<std::string> changes;
};
// i32 groups x (i32 changes | i32 key group | changes x (i32 length | change))
std::string change_set(const std::vector<ChangeGroup>& groups);

}  // namespace checkpointfs::test
