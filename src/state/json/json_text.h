// SPDX-License-Identifier: Apache-2.0
// Appends strings, numbers and bytes as JSON: valid UTF-8 without control characters and without those that
// reorder text, whatever the input holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::state {

struct JsonStyle {
  // --int64=string: jq 1.6 rounds numbers above 2^53. Only numbers that are read from 64 bits become strings.
  bool int64_as_string = false;
};

// A JSON string out of UTF-16 units. A surrogate without its other half becomes \udXXX.
class JsonString {
 public:
  // Appends the first quotation mark.
  explicit JsonString(std::string& out) : out_(out) { out_ += '"'; }

  void unit(uint16_t unit);
  // REQUIRES: all bytes are below 0x80.
  void ascii(std::string_view text);
  // Appends the last quotation mark.
  void end();

 private:
  // No other half comes.
  void end_pair() {
    if (high_ != 0) lone_surrogate();
  }
  void lone_surrogate();

  std::string& out_;
  uint16_t high_ = 0;  // a high surrogate, the last unit so far
};

// Appends `text` as a JSON string. A byte XX that belongs to no character of UTF-8 becomes \udcXX.
void append_json_string(std::string_view text, std::string& out);

void append_integer(int64_t number, std::string& out);
// The shortest form that is read back as the same number; "NaN", "Infinity", "-Infinity".
void append_real(float number, std::string& out);
void append_real(double number, std::string& out);

// Appends "0x" and two digits for each byte, without quotation marks.
void append_hex(std::string_view bytes, std::string& out);

}  // namespace checkpointfs::state
