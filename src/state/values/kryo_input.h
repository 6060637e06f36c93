// SPDX-License-Identifier: Apache-2.0
// Numbers and strings as Kryo's Output writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state/values/value_reader.h"

namespace checkpointfs::state {

enum class KryoVersion : uint8_t { kKryo2, kKryo5 };

class KryoInput {
 public:
  KryoInput(ValueReader& reader, KryoVersion version) : reader_(reader), version_(version) {}

  KryoVersion version() const { return version_; }

  // Numbers of 32 and of 64 bits: 7 bits a byte, low bits first.
  uint32_t varint(const char* field);
  uint64_t varlong(const char* field);
  // The same of signed numbers: the lowest bit is the sign.
  int32_t zigzag_int(const char* field);
  int64_t zigzag_long(const char* field);
  // Fixed bytes: big-endian in Kryo 2, little-endian in Kryo 5.
  uint16_t fixed_short(const char* field);
  int32_t fixed_int(const char* field);
  int64_t fixed_long(const char* field);
  // A varint, not negative.
  uint32_t count(const char* field);

  // Appends a string or null to the reader's text.
  void string();
  // The name of a class, if it is ASCII. Else empty, and the input stands somewhere inside the name.
  std::string ascii();

 private:
  // Reads the rest of the length + 1 behind its first byte.
  uint64_t length_of_units(uint8_t first);
  void ascii_rest(uint8_t first, JsonString* string);
  void units(uint64_t length, JsonString* string);

  ValueReader& reader_;
  KryoVersion version_;
};

}  // namespace checkpointfs::state
