// SPDX-License-Identifier: Apache-2.0
// Leaves the elements of large arrays out of a JSON text, piece by piece, before it is parsed.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::removal {

class JsonOutline {
 public:
  // `key`: of the members whose arrays become empty, as it stands between its quotation marks. REQUIRES: it
  // outlives this.
  explicit JsonOutline(std::string_view key) : key_(key) {}

  // Adds the next piece of the text, and returns what is left of it. The rest is not checked.
  std::string add(std::string_view text);

 private:
  void take(char c, std::string* out);
  void take_in_string(char c);

  const std::string_view key_;
  bool in_string_ = false;
  bool is_escaped_ = false;  // the next character
  std::string string_;       // the last string, as far as it is as long as the key
  bool is_member_ = false;   // that string has the key, and only a colon was behind it
  int depth_ = 0;            // of brackets that are open in what is left out; 0: nothing is
};

}  // namespace checkpointfs::removal
