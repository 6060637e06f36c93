// SPDX-License-Identifier: Apache-2.0
// JSON text that grows at its end; or nothing, where values are only skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "state/json/json_text.h"

namespace checkpointfs::state {

class JsonSink {
 public:
  // Null: every function does nothing. REQUIRES: the text outlives the sink.
  JsonSink(std::string* text, JsonStyle style) : text_(text), style_(style) {}

  // A reader asks before it makes a text that only the sink would use.
  bool writes() const { return text_ != nullptr; }
  // REQUIRES: writes().
  std::string& text() const { return *text_; }
  size_t size() const { return text_ != nullptr ? text_->size() : 0; }
  JsonStyle style() const { return style_; }

  // Appends punctuation, or a part of a value that is JSON already.
  void raw(std::string_view json) {
    if (text_ != nullptr) text_->append(json);
  }
  // Appends a comma before each element but the first one.
  void separate(uint64_t index) {
    if (index > 0) raw(",");
  }
  void null() { raw("null"); }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void integer(int32_t value) {
    if (text_ != nullptr) append_integer(value, *text_);
  }
  // A number whose type has 64 bits: a string if the style says so.
  void long_integer(int64_t value);
  template <typename Number>
  void real(Number value) {
    if (text_ != nullptr) append_real(value, *text_);
  }
  void string(std::string_view utf8) {
    if (text_ != nullptr) append_json_string(utf8, *text_);
  }
  // "0x...".
  void hex(std::string_view bytes);
  // The name of an object's member, after a comma if it is not the first one.
  void member(uint64_t index, std::string_view name) {
    if (text_ == nullptr) return;
    separate(index);
    append_json_string(name, *text_);
    text_->push_back(':');
  }

 private:
  std::string* text_;
  JsonStyle style_;
};

}  // namespace checkpointfs::state
