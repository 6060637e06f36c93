// SPDX-License-Identifier: Apache-2.0
#include "state/json/json_value.h"

#include <utility>

#include "base/text/characters.h"
#include "base/text/hex.h"

namespace checkpointfs::state {
namespace {

constexpr int kMaxNesting = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_character(uint32_t character, std::u16string& units) {
  if (character < 0x10000) {
    units += static_cast<char16_t>(character);
  } else {
    units += static_cast<char16_t>(0xD800 + ((character - 0x10000) >> 10));
    units += static_cast<char16_t>(0xDC00 + ((character - 0x10000) & 0x3FF));
  }
}

void append_utf8(uint32_t character, std::string& bytes) {
  const auto put = [&](uint32_t byte) { bytes += static_cast<char>(byte); };
  if (character < 0x80) return put(character);
  if (character < 0x800) {
    put(0xC0 | character >> 6);
  } else {
    if (character < 0x10000) {
      put(0xE0 | character >> 12);
    } else {
      put(0xF0 | character >> 18);
      put(0x80 | (character >> 12 & 0x3F));
    }
    put(0x80 | (character >> 6 & 0x3F));
  }
  put(0x80 | (character & 0x3F));
}

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  base::Result<JsonValue> parse() {
    JsonValue result = value();
    space();
    if (!error_ && next_ < text_.size()) fail("text behind the value");
    if (error_) return *error_;
    return result;
  }

 private:
  void fail(std::string reason) {
    if (!error_) error_ = base::InputError{next_, "JSON", std::move(reason), next_ >= text_.size()};
  }
  char peek() const { return next_ < text_.size() ? text_[next_] : '\0'; }
  void space() {
    while (next_ < text_.size() && std::string_view(" \t\r\n").find(text_[next_]) != std::string_view::npos)
      ++next_;
  }
  bool take(std::string_view word) {
    if (text_.substr(next_, word.size()) != word) return false;
    next_ += word.size();
    return true;
  }

  JsonValue value() {
    space();
    JsonValue value;
    value.offset = next_;
    if (depth_ >= kMaxNesting) {
      fail("too many arrays in arrays");
    } else if (take("null")) {
      value.kind = JsonValue::Kind::kNull;
    } else if (take("true")) {
      value.kind = JsonValue::Kind::kTrue;
    } else if (take("false")) {
      value.kind = JsonValue::Kind::kFalse;
    } else if (peek() == '"') {
      value.kind = JsonValue::Kind::kString;
      value.units = string();
    } else if (peek() == '[') {
      array(value);
    } else if (peek() == '{') {
      object(value);
    } else {
      number(value);
    }
    return value;
  }

  void array(JsonValue& value) {
    value.kind = JsonValue::Kind::kArray;
    ++next_;
    ++depth_;
    space();
    if (!take("]")) {
      do value.elements.push_back(this->value());
      while (!error_ && separator(']'));
    }
    --depth_;
  }

  void object(JsonValue& value) {
    value.kind = JsonValue::Kind::kObject;
    ++next_;
    ++depth_;
    space();
    if (!take("}")) {
      do value.members.push_back(member());
      while (!error_ && separator('}'));
    }
    --depth_;
  }

  JsonMember member() {
    JsonMember member;
    space();
    if (peek() != '"') {
      fail("a name in quotation marks is missing");
      return member;
    }
    member.name = string();
    space();
    if (!error_ && !take(":")) fail("':' is missing");
    if (!error_) member.value = value();
    return member;
  }

  // Is true if another element follows.
  bool separator(char end) {
    space();
    if (take(",")) return true;
    if (peek() == end && next_ < text_.size()) {
      ++next_;
    } else {
      fail("',' or '" + std::string(1, end) + "' is missing");
    }
    return false;
  }

  void digits() {
    if (!is_digit(peek())) fail("a digit is missing");
    while (is_digit(peek())) ++next_;
  }

  void number(JsonValue& value) {
    value.kind = JsonValue::Kind::kNumber;
    const size_t start = next_;
    if (peek() != '-' && !is_digit(peek())) return fail("no value begins like this");
    take("-");
    if (!take("0")) digits();
    if (take(".")) digits();
    if (take("e") || take("E")) {
      if (!take("+")) take("-");
      digits();
    }
    value.number = text_.substr(start, next_ - start);
  }

  std::u16string string() {
    std::u16string units;
    ++next_;
    while (next_ < text_.size() && peek() != '"' && !error_) {
      if (peek() == '\\') {
        escape(units);
      } else {
        character(units);
      }
    }
    if (!error_ && !take("\"")) fail("'\"' is missing");
    return units;
  }

  void character(std::u16string& units) {
    const std::string_view rest = text_.substr(next_);
    const size_t length = base::character_length(rest);
    const auto first = static_cast<unsigned char>(rest.front());
    if (length == 0) return fail("no UTF-8");
    if (first < 0x20) return fail("a control character is not escaped");
    uint32_t character = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
      character = character << 6 | (static_cast<unsigned char>(rest[i]) & 0x3FU);
    }
    append_character(character, units);
    next_ += length;
  }

  void escape(std::u16string& units) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kCharacters = "\"\\/\b\f\n\r\t";
    ++next_;
    const size_t index = next_ < text_.size() ? kNames.find(peek()) : std::string_view::npos;
    if (index != std::string_view::npos) {
      ++next_;
      units += static_cast<char16_t>(kCharacters[index]);
      return;
    }
    if (!take("u")) return fail("no escape begins like this");
    uint32_t unit = 0;
    for (int i = 0; i < 4; ++i, ++next_) {
      const int digit = base::hex_value(peek());
      if (digit < 0) return fail("a hexadecimal digit is missing");
      unit = unit << 4 | static_cast<uint32_t>(digit);
    }
    units += static_cast<char16_t>(unit);
  }

  std::string_view text_;
  size_t next_ = 0;
  int depth_ = 0;
  std::optional<base::InputError> error_;
};

}  // namespace

const JsonValue* JsonValue::member(std::string_view name) const {
  for (const JsonMember& member : members) {
    if (bytes_of_units(member.name) == name) return &member.value;
  }
  return nullptr;
}

base::Result<JsonValue> parse_json(std::string_view text) {
  return JsonParser(text).parse();
}

std::optional<std::string> bytes_of_units(std::u16string_view units) {
  std::string bytes;
  for (size_t i = 0; i < units.size(); ++i) {
    const char16_t unit = units[i];
    const bool is_high = (unit & 0xFC00) == 0xD800;
    if (is_high && i + 1 < units.size() && (units[i + 1] & 0xFC00) == 0xDC00) {
      append_utf8(0x10000 + ((unit & 0x3FFU) << 10) + (units[i + 1] & 0x3FFU), bytes);
      ++i;
    } else if (unit >= 0xDC80 && unit <= 0xDCFF) {
      bytes += static_cast<char>(unit & 0xFF);
    } else if ((unit & 0xF800) == 0xD800) {
      return std::nullopt;
    } else {
      append_utf8(unit, bytes);
    }
  }
  return bytes;
}

}  // namespace checkpointfs::state
