// SPDX-License-Identifier: Apache-2.0
#include "state/types/avro_schema.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace checkpointfs::state {
namespace {

std::shared_ptr<const AvroSchema> parsed(std::string_view text) {
  auto schema = parse_avro_schema(text);
  if (schema.has_value()) return *schema;
  ADD_FAILURE() << base::to_string(schema.error());
  return std::make_shared<AvroSchema>();
}

std::string refused(std::string_view text) {
  const auto schema = parse_avro_schema(text);
  return schema.has_value() ? "parsed" : schema.error().reason;
}

TEST(AvroSchema, a_primitive_type_is_a_schema) {
  EXPECT_EQ(parsed(R"("long")")->root->kind, AvroKind::kLong);
  EXPECT_EQ(parsed(R"({"type": "int", "logicalType": "date"})")->root->kind, AvroKind::kInt);
  EXPECT_EQ(parsed(R"({"type": {"type": "bytes"}})")->root->kind, AvroKind::kBytes);
}

TEST(AvroSchema, containers_have_their_items_as_members) {
  const auto schema = parsed(R"({"type": "map", "values": {"type": "array", "items": ["null", "string"]}})");
  ASSERT_EQ(schema->root->kind, AvroKind::kMap);
  const AvroNode* array = schema->root->members.at(0).node;
  ASSERT_EQ(array->kind, AvroKind::kArray);
  const AvroNode* either = array->members.at(0).node;
  ASSERT_EQ(either->kind, AvroKind::kUnion);
  EXPECT_EQ(either->members.at(0).node->kind, AvroKind::kNull);
  EXPECT_EQ(either->members.at(1).node->kind, AvroKind::kString);
}

TEST(AvroSchema, names_are_found_in_the_name_space_of_the_type_around_them) {
  const auto schema = parsed(R"({"type": "record", "name": "a.b.Outer", "fields": [
    {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 16}},
    {"name": "inner", "type": {"type": "record", "name": "Inner", "namespace": "c", "fields": [
      {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["X", "Y"]}},
      {"name": "again", "type": "E"},
      {"name": "hash", "type": "a.b.Hash"}]}},
    {"name": "hash2", "type": "Hash"},
    {"name": "e", "type": "c.E"}]})");
  const AvroNode& outer = *schema->root;
  EXPECT_EQ(outer.name, "a.b.Outer");
  const AvroNode* hash = outer.members.at(0).node;
  EXPECT_EQ(hash->name, "a.b.Hash");
  EXPECT_EQ(hash->size, 16u);
  const AvroNode& inner = *outer.members.at(1).node;
  EXPECT_EQ(inner.name, "c.Inner");
  const AvroNode* letters = inner.members.at(0).node;
  EXPECT_EQ(letters->symbols, (std::vector<std::string>{"X", "Y"}));
  EXPECT_EQ(inner.members.at(1).node, letters);
  EXPECT_EQ(inner.members.at(2).node, hash);
  EXPECT_EQ(outer.members.at(2).node, hash);
  EXPECT_EQ(outer.members.at(3).node, letters);
}

TEST(AvroSchema, an_empty_name_space_is_none) {
  const auto schema = parsed(R"({"type": "record", "name": "R", "namespace": "", "fields": [
    {"name": "next", "type": ["null", "R"]}]})");
  EXPECT_EQ(schema->root->name, "R");
  EXPECT_EQ(schema->root->members.at(0).node->members.at(1).node, schema->root);
}

TEST(AvroSchema, damage_is_an_error_that_says_what_is_wrong) {
  EXPECT_NE(refused("{"), "parsed");
  EXPECT_EQ(refused("1"), "a schema that is no string, list or object");
  EXPECT_EQ(refused(R"("com.acme.Missing")"), "no type com.acme.Missing was defined before");
  EXPECT_EQ(refused(R"({"type": "array"})"), "a schema without \"items\"");
  EXPECT_EQ(refused(R"({"type": "fixed", "name": "F", "size": -1})"),
            "the size of a fixed type is not a positive number");
  EXPECT_EQ(refused(R"({"type": "enum", "name": "E", "symbols": [1]})"),
            "a symbol of an enum that is no string");
  EXPECT_EQ(refused(R"({"type": "record", "name": "R", "fields": [1]})"),
            "a field of a record that is no object");
  EXPECT_EQ(refused(R"({"type": "record", "name": 1, "fields": []})"), "\"name\" of a schema is no string");
  EXPECT_EQ(
      refused(R"([{"type": "fixed", "name": "F", "size": 1}, {"type": "fixed", "name": "F", "size": 1}])"),
      "two types are named F");
}

TEST(AvroSchema, nesting_has_a_limit) {
  const auto nested = [](int depth) {
    std::string text = R"("int")";
    for (int i = 0; i < depth; ++i) text = R"({"type": "array", "items": )" + text + "}";
    return text;
  };
  EXPECT_EQ(parsed(nested(63))->root->kind, AvroKind::kArray);
  EXPECT_EQ(refused(nested(64)), "schemas nested more than 64 deep");
}

}  // namespace
}  // namespace checkpointfs::state
