// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json.h"

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

JsonObject JsonObject::serialized(std::string_view text) {
  JsonObject object;
  object.text_ = base::with_json_escapes(text);
  return object;
}

void JsonObject::add(std::string_view key, const JsonValue& value) {
  append(JsonValue(key).text() + ":" + value.text());
}

void print_json_line(std::ostream& out, const JsonValue& value) {
  out << value.text() << '\n';
}

void print_json(std::ostream& out, const JsonValue& value) {
  const std::string& text = value.text();
  std::string indented;
  std::string line_feed = "\n";  // and the indentation of the next line
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (in_string) {
      indented += c;
      if (c == '\\') indented += text[++i];
      in_string = c != '"';
    } else if ((c == '[' || c == '{') && next != ']' && next != '}') {
      line_feed += "  ";
      indented += c + line_feed;
    } else if (c == '[' || c == '{') {
      indented += c;
      indented += next;
      ++i;
    } else if (c == ']' || c == '}') {
      line_feed.resize(line_feed.size() - 2);
      indented += line_feed + c;
    } else if (c == ',') {
      indented += c + line_feed;
    } else if (c == ':') {
      indented += ": ";
    } else {
      indented += c;
      in_string = c == '"';
    }
  }
  out << indented << '\n';
}

}  // namespace checkpointfs::cli
