// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/values/reading.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "state/json/json_text.h"
#include "state/types/avro_schema.h"
#include "tests/support/bytes.h"

namespace checkpointfs::test {

using state::Input;
using state::Outcome;
using state::Type;
using state::TypeKind;
using state::TypePtr;

TypePtr type_of(const SerializerSample& sample) {
  Input in(sample.snapshot);
  TypePtr type = state::read_type(in, sample.writer);
  if (!in.ok()) throw std::runtime_error(sample.name + ": " + to_string(in.error()));
  return type;
}

TypePtr make_type(TypeKind kind, std::vector<TypePtr> members) {
  Type type;
  type.kind = kind;
  for (TypePtr& member : members) type.members.push_back({"", std::move(member)});
  return std::make_shared<const Type>(std::move(type));
}

TypePtr pojo(std::vector<state::TypeMember> members) {
  Type type;
  type.kind = TypeKind::kPojo;
  type.members = std::move(members);
  return std::make_shared<const Type>(std::move(type));
}

TypePtr avro_type(std::string_view schema) {
  Type type;
  type.kind = TypeKind::kAvro;
  type.avro = state::parse_avro_schema(schema).value();
  return std::make_shared<const Type>(std::move(type));
}

TypePtr kryo(std::vector<std::string> names) {
  Type type;
  type.kind = TypeKind::kKryo;
  type.class_name = names.front();
  type.names = std::move(names);
  return std::make_shared<const Type>(std::move(type));
}

std::string hex_string(std::string_view bytes) {
  std::string out = "\"";
  state::append_hex(bytes, out);
  return out + "\"";
}

std::string from_hex(std::string_view digits) {
  return Bytes().hex(digits);
}

std::string json_of(const std::string& bytes, const TypePtr& type, const state::JsonStyle& style) {
  Input in(bytes);
  std::string json;
  const Outcome outcome = append_json(in, *type, style, json);
  if (outcome == Outcome::kOpaque) return "opaque";
  if (outcome == Outcome::kDamaged) return "damaged: " + to_string(in.error());
  if (!in.at_end()) return json + " and bytes behind it";
  return json;
}

std::string json_of_hex(std::string_view digits, const TypePtr& type) {
  return json_of(from_hex(digits), type);
}

Outcome outcome_of(const std::string& bytes, const TypePtr& type) {
  Input in(bytes);
  std::string json;
  return append_json(in, *type, {}, json);
}

Outcome outcome_of_skip(const std::string& bytes, const TypePtr& type) {
  Input in(bytes);
  return skip_value(in, *type);
}

}  // namespace checkpointfs::test
