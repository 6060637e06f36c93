// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json.h"

#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "base/text/json_escapes.h"

namespace checkpointfs::cli {

JsonValue::JsonValue(std::string_view text)
    : text_(base::with_json_escapes(boost::json::serialize(boost::json::string(text)))) {}

// Before the closing bracket.
void JsonValue::append(std::string_view text) {
  const char closing = text_.back();
  text_.pop_back();
  if (text_.size() > 1) text_ += ',';
  text_ += text;
  text_ += closing;
}

void JsonArray::push_back(const JsonValue& value) {
  append(value.text());
}

JsonObject::JsonObject(std::initializer_list<JsonField> fields) : JsonValue(Raw(), "{}") {
  for (const JsonField& field : fields) add(field.key, field.value);
}

void JsonObject::add(std::string_view key, const JsonValue& value) {
  append(JsonValue(key).text() + ":" + value.text());
}

void print_json_line(std::ostream& out, const JsonValue& value) {
  out << value.text() << '\n';
}

void JsonIndenter::put(char c, std::string& out) {
  if (in_string_) {
    out += c;
    in_string_ = is_escaped_ || c != '"';
    is_escaped_ = !is_escaped_ && c == '\\';
    return;
  }
  const bool closes = c == ']' || c == '}';
  if (opened_ != '\0') {
    out += std::exchange(opened_, '\0');
    if (closes) {
      out += c;
      return;
    }
    line_feed_ += "  ";
    out += line_feed_;
  }
  if (c == '[' || c == '{') {
    opened_ = c;
  } else if (closes) {
    line_feed_.resize(line_feed_.size() - 2);
    out += line_feed_ + c;
  } else if (c == ',') {
    out += c + line_feed_;
  } else if (c == ':') {
    out += ": ";
  } else {
    out += c;
    in_string_ = c == '"';
  }
}

void JsonIndenter::write(std::string_view text) {
  std::string indented;
  for (const char c : text) put(c, indented);
  out_ << indented;
}

void print_json(std::ostream& out, const JsonValue& value) {
  JsonIndenter(out).write(value.text());
  out << '\n';
}

}  // namespace checkpointfs::cli
