// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/json_outline.h"

#include <utility>

namespace checkpointfs::removal {

void JsonOutline::take_in_string(char c) {
  if (!std::exchange(is_escaped_, false)) {
    in_string_ = c != '"';
    is_escaped_ = c == '\\';
    if (!in_string_) return;
  }
  if (string_.size() <= key_.size()) string_ += c;
}

void JsonOutline::take(char c, std::string* out) {
  const bool is_left_out = depth_ > 0;
  if (in_string_) {
    take_in_string(c);
  } else if (c == '"') {
    in_string_ = true;
    string_.clear();
    is_member_ = false;
  } else if (is_left_out) {
    if (c == '[' || c == '{') ++depth_;
    if ((c == ']' || c == '}') && --depth_ == 0) *out += c;
  } else if (c == ':') {
    is_member_ = string_ == key_;
  } else if (c == '[' && is_member_) {
    depth_ = 1;
    *out += c;
  } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
    is_member_ = false;
  }
  if (!is_left_out && depth_ == 0) *out += c;
}

std::string JsonOutline::add(std::string_view text) {
  std::string left;
  for (const char c : text) take(c, &left);
  return left;
}

}  // namespace checkpointfs::removal
