// SPDX-License-Identifier: Apache-2.0
// JSON of a map: an object if all keys are strings and differ, else an array of arrays of a key and a value.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/container/small_vector.hpp>

#include "state/json/json_sink.h"

namespace checkpointfs::state {

class JsonMap {
 public:
  enum class Keys : uint8_t { kStrings, kOthers };

  // Appends the first bracket. kStrings: the keys are strings or null, as far as their type tells.
  JsonMap(JsonSink& out, Keys keys);

  // Before a key is appended; between a key and its value; after the value.
  void begin_key();
  void begin_value();
  void end_value();
  // A key was no string, against what the constructor was told.
  void demand_pairs() { must_be_pairs_ = true; }
  // Appends the last bracket.
  void end();

  // Returns where the map's text at `position` is now: end() changes an object whose keys it cannot have.
  size_t moved(size_t position) const;

 private:
  struct Key {
    size_t start;
    size_t end;
  };
  bool has_null() const;
  bool has_twins() const;
  void make_pairs();

  JsonSink& out_;
  const bool is_object_;
  bool must_be_pairs_ = false;
  bool is_first_ = true;
  bool is_moved_ = false;
  boost::container::small_vector<Key, 16> keys_;  // of an object, where text is written
};

}  // namespace checkpointfs::state
