// SPDX-License-Identifier: Apache-2.0
// Short ways to make types and to read values.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "state/types/type.h"
#include "state/values/values.h"
#include "tests/unit/state/serializer_samples.h"

namespace checkpointfs::test {

// The type of a sample's snapshot. Throws if it cannot be read.
state::TypePtr type_of(const SerializerSample& sample);

// A type with unnamed members.
state::TypePtr make_type(state::TypeKind kind, std::vector<state::TypePtr> members = {});
// Changes a copy of `type`.
template <typename Change>
state::TypePtr changed(const state::TypePtr& type, const Change& change) {
  state::Type copy = *type;
  change(copy);
  return std::make_shared<const state::Type>(std::move(copy));
}
// A POJO or a tuple with named members.
state::TypePtr pojo(std::vector<state::TypeMember> members);
state::TypePtr avro_type(std::string_view schema);
state::TypePtr kryo(std::vector<std::string> names);

// "0x..." in quotation marks, as JSON has bytes.
std::string hex_string(std::string_view bytes);
// The bytes of hexadecimal digits, see Bytes::hex().
std::string from_hex(std::string_view digits);

// The JSON of a value; "opaque", or "damaged: " and the error if it has none.
std::string json_of(const std::string& bytes, const state::TypePtr& type, const state::JsonStyle& style = {});
std::string json_of_hex(std::string_view digits, const state::TypePtr& type);
state::Outcome outcome_of(const std::string& bytes, const state::TypePtr& type);
state::Outcome outcome_of_skip(const std::string& bytes, const state::TypePtr& type);

}  // namespace checkpointfs::test
