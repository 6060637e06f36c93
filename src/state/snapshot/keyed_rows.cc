// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/keyed_rows.h"

#include <optional>
#include <utility>

#include "state/bytes/input.h"
#include "state/keyed/composite_key.h"
#include "state/values/values.h"

namespace checkpointfs::state {
namespace {

constexpr size_t kTtlBytes = 8;
constexpr char kListSeparator = ',';

void append_quoted_hex(std::string_view bytes, std::string& line) {
  line += '"';
  append_hex(bytes, line);
  line += '"';
}

void append_name(std::string_view prefix, std::string_view name, std::string& line) {
  line += ",\"";
  line += prefix;
  line += name;
  line += "\":";
}

// A value that fills `bytes`.
void append_framed(std::string_view bytes, const Type& type, const RowStyle& style, OpaqueNames& opaque,
                   std::string& line) {
  if (style.form == RowForm::kHex) {
    append_quoted_hex(bytes, line);
  } else if (const auto name = append_framed_json(bytes, type, style.json, line)) {
    opaque.add(*name);
  }
}

int64_t time_of(std::string_view bytes) {
  return Input(bytes.substr(0, kTtlBytes)).i64("ttl");
}

bool has_time(std::string_view bytes, const Type& type) {
  return type.kind == TypeKind::kTtl && type.members.size() == 1 && bytes.size() >= kTtlBytes;
}

// The name of what cannot be read at the beginning of `rest`.
std::string unreadable_name(std::string_view rest, const Type& type) {
  std::string scratch;
  return append_framed_json(rest, type, {}, scratch).value_or(to_string(type));
}

// The elements of a list, and their times if they have some.
struct ListText {
  std::string values = "[";
  std::string times = "[";
  std::optional<std::string> opaque;  // the list cannot be read: the name of what cannot
};

ListText list_text(std::string_view bytes, const Type& element, const JsonStyle& style) {
  ListText text;
  const bool timed = element.kind == TypeKind::kTtl && element.members.size() == 1;
  const Type& user = timed ? *element.members.front().type : element;
  Input in(bytes);
  for (size_t i = 0; !in.at_end(); ++i) {
    if (i > 0) {
      const uint64_t offset = in.offset();
      if (in.u8("separator") != kListSeparator) in.fail(offset, "separator", "no comma");
      text.values += ',';
    }
    if (timed) {
      const int64_t time = in.i64("ttl");
      if (i > 0) text.times += ',';
      append_integer(time, text.times);
    }
    const uint64_t offset = in.offset();
    if (!in.ok() || append_json(in, user, style, text.values) != Outcome::kRead) {
      text.opaque = unreadable_name(bytes.substr(static_cast<size_t>(offset)), user);
      return text;
    }
  }
  if (!in.ok()) text.opaque = to_string(user);
  text.values += ']';
  text.times += ']';
  return text;
}

}  // namespace

void OpaqueNames::add(std::string_view name) {
  if (names_.find(name) != std::string::npos) return;
  if (!names_.empty()) names_ += ", ";
  names_ += name;
}

void OpaqueNames::append_field(std::string& line) const {
  if (names_.empty()) return;
  line += ",\"opaque\":";
  append_json_string(names_, line);
}

std::string row_head(std::string_view operator_label, std::string_view state) {
  std::string head = "{\"operator\":";
  append_json_string(operator_label, head);
  head += ",\"state\":";
  append_json_string(state, head);
  return head;
}

void append_value_fields(std::string_view bytes, const Type& type, const RowStyle& style,
                         std::string_view prefix, OpaqueNames& opaque, std::string& line) {
  append_name(prefix, "value", line);
  if (style.form == RowForm::kHex || !has_time(bytes, type)) {
    append_framed(bytes, type, style, opaque, line);
    return;
  }
  append_framed(bytes.substr(kTtlBytes), *type.members.front().type, style, opaque, line);
  append_name(prefix, "ttl_ms", line);
  append_integer(time_of(bytes), line);
}

KeyedRowWriter::KeyedRowWriter(std::string_view operator_label, std::string_view state, RowStyle style)
    : head_(row_head(operator_label, state)), style_(style) {}

void KeyedRowWriter::append(const Type& key, const StateMeta& meta, const KeyedEntry& entry,
                            std::string& line) {
  OpaqueNames opaque;
  line += head_;
  append_keys(key, meta, entry, opaque, line);
  const bool unknown = entry.pending && entry.value.empty();
  if (!unknown) append_values(meta, entry.value, "", opaque, line);
  append_end(entry, opaque, line);
}

void KeyedRowWriter::append_keys(const Type& key, const StateMeta& meta, const KeyedEntry& entry,
                                 OpaqueNames& opaque, std::string& line) {
  line += ",\"key_group\":";
  append_integer(entry.key_group, line);
  if (style_.form == RowForm::kHex) {
    line += ",\"key\":";
    append_quoted_hex(entry.key, line);
  } else if (meta.kind == StateKind::kTimer) {
    append_timer_keys(*meta.value, entry, opaque, line);
  } else if (const size_t length = known_length(key, meta, entry, line); length == 0) {
    append_parts(key, meta, entry.key, opaque, line);
  } else if (meta.kind == StateKind::kMap) {
    line += ",\"map_key\":";
    append_framed(entry.key.substr(length), *meta.user_key, style_, opaque, line);
  }
}

// Appends key and namespace, and returns the length of their bytes. 0: appends nothing, read all parts.
size_t KeyedRowWriter::known_length(const Type& key, const StateMeta& meta, const KeyedEntry& entry,
                                    std::string& line) {
  if (meta.kind != StateKind::kMap) return read_key(key, meta, entry.key, line);
  if (known_.meta == &meta && known_.type == &key && known_.key_group == entry.key_group &&
      entry.key.starts_with(known_.bytes)) {
    line += known_.text;
    return known_.bytes.size();
  }
  const size_t start = line.size();
  const size_t length = read_key(key, meta, entry.key, line);
  known_.meta = length == 0 ? nullptr : &meta;
  known_.type = &key;
  known_.key_group = entry.key_group;
  known_.bytes = entry.key.substr(0, length);
  known_.text.assign(line, start);
  return length;
}

// The same. Keys with lengths are left to append_parts().
size_t KeyedRowWriter::read_key(const Type& key, const StateMeta& meta, std::string_view bytes,
                                std::string& line) const {
  const Type& name_space = *meta.name_space;
  const bool is_void = name_space.kind == TypeKind::kVoidNamespace;
  if (!is_void && key_form(key, name_space) != KeyForm::kPlain) return 0;
  const size_t start = line.size();
  Input in(bytes);
  line += ",\"key\":";
  bool is_read = append_json(in, key, style_.json, line) == Outcome::kRead;
  if (is_void) {
    in.u8("namespace");
  } else {
    line += ",\"namespace\":";
    is_read = is_read && append_json(in, name_space, style_.json, line) == Outcome::kRead;
  }
  if (is_read && in.ok() && (meta.kind == StateKind::kMap || in.at_end())) {
    return static_cast<size_t>(in.offset());
  }
  line.resize(start);
  return 0;
}

void KeyedRowWriter::append_parts(const Type& key, const StateMeta& meta, std::string_view bytes,
                                  OpaqueNames& opaque, std::string& line) const {
  const KeyParts parts = split_composite_key(bytes, key, meta);
  line += ",\"key\":";
  if (parts.outcome != Outcome::kRead) {
    append_quoted_hex(bytes, line);
    opaque.add(unreadable_name(bytes, key));
    return;
  }
  append_framed(parts.key, key, style_, opaque, line);
  append_namespace(parts.name_space, *meta.name_space, opaque, line);
  if (meta.kind != StateKind::kMap) return;
  line += ",\"map_key\":";
  append_framed(parts.user_key, *meta.user_key, style_, opaque, line);
}

void KeyedRowWriter::append_timer_keys(const Type& timer, const KeyedEntry& entry, OpaqueNames& opaque,
                                       std::string& line) const {
  const TimerParts parts = split_timer(entry.key, timer);
  line += ",\"key\":";
  if (parts.outcome != Outcome::kRead) {
    append_quoted_hex(entry.key, line);
    opaque.add(unreadable_name(entry.key, timer));
    return;
  }
  append_framed(parts.key, *timer.members[0].type, style_, opaque, line);
  append_namespace(parts.name_space, *timer.members[1].type, opaque, line);
  line += ",\"timestamp\":";
  append_integer(parts.timestamp, line);
}

void KeyedRowWriter::append_namespace(std::string_view bytes, const Type& type, OpaqueNames& opaque,
                                      std::string& line) const {
  if (type.kind == TypeKind::kVoidNamespace) return;
  line += ",\"namespace\":";
  append_framed(bytes, type, style_, opaque, line);
}

void KeyedRowWriter::append_values(const StateMeta& meta, std::string_view value, std::string_view prefix,
                                   OpaqueNames& opaque, std::string& line) const {
  if (style_.fields == RowFields::kKeys || meta.kind == StateKind::kTimer) return;
  if (style_.form == RowForm::kHex) {
    append_name(prefix, "value", line);
    append_quoted_hex(value, line);
  } else if (meta.kind == StateKind::kList) {
    append_list(value, *meta.value, prefix, opaque, line);
  } else if (meta.kind == StateKind::kMap && !value.empty()) {
    // boolean is_null | value
    if (value.front() != 0) {
      append_name(prefix, "value", line);
      line += "null";
    } else {
      append_value_fields(value.substr(1), *meta.value, style_, prefix, opaque, line);
    }
  } else {
    append_value_fields(value, *meta.value, style_, prefix, opaque, line);
  }
}

void KeyedRowWriter::append_list(std::string_view bytes, const Type& element, std::string_view prefix,
                                 OpaqueNames& opaque, std::string& line) const {
  const ListText text = list_text(bytes, element, style_.json);
  append_name(prefix, "value", line);
  if (text.opaque) {
    append_quoted_hex(bytes, line);
    opaque.add(*text.opaque);
    return;
  }
  line += text.values;
  if (element.kind != TypeKind::kTtl) return;
  append_name(prefix, "ttl_ms", line);
  line += text.times;
}

void KeyedRowWriter::append_end(const KeyedEntry& entry, const OpaqueNames& opaque, std::string& line) {
  opaque.append_field(line);
  if (entry.pending) line += ",\"pending\":true";
  line += '}';
}

}  // namespace checkpointfs::state
