// SPDX-License-Identifier: Apache-2.0
// JSON for --json: values are kept as their text, so that this header needs none of Boost's.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace checkpointfs::cli {

// One JSON value. Strings may hold any bytes; they are escaped as base::with_json_escapes() does. Conversions
// are implicit, so that values can stand in the braces of a JsonObject.
class JsonValue {
 public:
  JsonValue(std::nullptr_t) : text_("null") {}
  JsonValue(bool truth) : text_(truth ? "true" : "false") {}
  template <std::integral Number>
  JsonValue(Number number) : text_(std::to_string(number)) {}
  JsonValue(std::string_view text);
  JsonValue(const std::string& text) : JsonValue(std::string_view(text)) {}
  JsonValue(const char* text) : JsonValue(std::string_view(text)) {}
  // null without a value.
  template <typename Value>
  JsonValue(const std::optional<Value>& value) : JsonValue(value ? JsonValue(*value) : JsonValue(nullptr)) {}

  // null for "".
  static JsonValue text_or_null(const std::string& text) {
    return text.empty() ? JsonValue(nullptr) : JsonValue(text);
  }

  // Without spaces and line feeds.
  const std::string& text() const { return text_; }

 protected:
  struct Raw {};
  JsonValue(Raw, std::string text) : text_(std::move(text)) {}
  void append(std::string_view text);

  std::string text_;
};

class JsonArray : public JsonValue {
 public:
  JsonArray() : JsonValue(Raw(), "[]") {}
  void push_back(const JsonValue& value);
};

// A member of an object.
struct JsonField {
  std::string_view key;
  JsonValue value;
};

class JsonObject : public JsonValue {
 public:
  JsonObject(std::initializer_list<JsonField> fields = {});
  // REQUIRES: the object has no such key.
  void add(std::string_view key, const JsonValue& value);
};

// Prints the value on one line.
void print_json_line(std::ostream& out, const JsonValue& value);
// Prints the value indented by two spaces a level, with one line feed at the end.
void print_json(std::ostream& out, const JsonValue& value);

// Prints JSON indented in the same way, as its pieces come.
class JsonIndenter {
 public:
  // REQUIRES: `out` outlives it.
  explicit JsonIndenter(std::ostream& out) : out_(out) {}
  // `text`: a piece of a JSON text without spaces, with the escapes of base::with_json_escapes().
  void write(std::string_view text);

 private:
  void put(char c, std::string& out);

  std::ostream& out_;
  std::string line_feed_ = "\n";  // and the indentation of the next line
  char opened_ = '\0';            // a bracket that was opened, and after which nothing came yet
  bool in_string_ = false;
  bool is_escaped_ = false;  // the next character
};

}  // namespace checkpointfs::cli
