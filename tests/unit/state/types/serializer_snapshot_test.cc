// SPDX-License-Identifier: Apache-2.0
#include "state/types/serializer_snapshot.h"

#include <string>

#include <gtest/gtest.h>

#include "state/types/avro_schema.h"
#include "state/types/readable.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/serializer_samples.h"
#include "tests/unit/state/types/snapshot_bytes.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;

const std::string kFlinkPackage = "org.apache.flink.";
const std::string kScalaTypes = "org.apache.flink.api.scala.typeutils.";

TypePtr sample_type(const std::string& name) {
  const test::SerializerSample& sample = test::serializer_sample(name);
  Input in(sample.snapshot);
  return read_type(in, sample.writer);
}

TEST(SerializerSnapshot, a_persisted_one_has_version_2_before_it) {
  const std::string good = Bytes().i32(2).raw(test::base_snapshot("Int"));
  Input in(good);
  EXPECT_EQ(read_persisted_type(in, Writer::kFlink1)->kind, TypeKind::kInt);
  EXPECT_TRUE(in.at_end());
  const std::string old = Bytes().i32(1).raw(test::base_snapshot("Int"));
  Input refused(old);
  read_persisted_type(refused, Writer::kFlink1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(base::to_string(refused.error()), "offset 0, serializer_version: version 1 is not known");
}

TEST(SerializerSnapshot, a_pojo_has_its_fields_with_names_and_its_subclasses) {
  const TypePtr type = sample_type("1.20.5: POJO with a registered subclass");
  EXPECT_EQ(type->kind, TypeKind::kPojo);
  ASSERT_EQ(type->members.size(), 1u);
  EXPECT_EQ(type->members[0].name, "name");
  EXPECT_EQ(type->members[0].type->kind, TypeKind::kString);
  ASSERT_EQ(type->subclasses.size(), 1u);
  EXPECT_EQ(type->subclasses[0].class_name, "checkpointfs.flink.PojoSamples$Dog");
  EXPECT_TRUE(type->subclasses[0].registered);
  EXPECT_EQ(type->subclasses[0].type->members.size(), 2u);
  EXPECT_FALSE(sample_type("1.20.5: POJO with a subclass that was met")->subclasses.at(0).registered);
}

TEST(SerializerSnapshot, an_enum_has_its_constants_in_the_order_of_their_numbers) {
  const TypePtr type = sample_type("2.3.0: enum");
  EXPECT_EQ(type->names, (std::vector<std::string>{"RED", "GREEN", "BLUE"}));
}

TEST(SerializerSnapshot, kryo_has_the_classes_that_it_writes_as_it_always_does) {
  const TypePtr type = sample_type("1.20.5: Kryo of List");
  EXPECT_EQ(type->class_name, "java.util.List");
  // The second, of Avro, has a serializer of its own.
  EXPECT_EQ(type->names, (std::vector<std::string>{"java.util.List", ""}));
  EXPECT_FALSE(type->kryo5);
  EXPECT_TRUE(type->kryo_defaults.empty());
  EXPECT_TRUE(sample_type("2.3.0: Kryo of List")->kryo5);
}

TEST(SerializerSnapshot, kryo_has_the_classes_with_a_serializer_of_the_user) {
  const std::string body = Bytes()
                               .utf("java.time.LocalDate")
                               .raw(test::optional_map({}))
                               .raw(test::optional_map({{"java.util.Map", "a Java object"}}))
                               .raw(test::optional_map({{"java.time.LocalDate", "a class"}}))
                               .str();
  const TypePtr type = test::type_of(
      test::snapshot(kFlinkPackage + "api.java.typeutils.runtime.kryo.KryoSerializerSnapshot", 2, body));
  EXPECT_EQ(type->kryo_defaults, (std::vector<std::string>{"java.util.Map", "java.time.LocalDate"}));
  EXPECT_EQ(readable(*type), Readable::kNo);
}

TEST(SerializerSnapshot, a_wrapper_is_what_it_wraps) {
  EXPECT_EQ(sample_type("2.3.0: TTL-aware, with TTL")->kind, TypeKind::kTtl);
  EXPECT_EQ(sample_type("2.3.0: TTL-aware, without TTL")->kind, TypeKind::kString);
  EXPECT_EQ(sample_type("1.20.5: external row")->kind, TypeKind::kRowData);
  EXPECT_EQ(sample_type("1.20.5: ListView")->kind, TypeKind::kList);
}

TEST(SerializerSnapshot, the_first_versions_of_simple_ones_name_their_serializer) {
  const std::string name = kFlinkPackage + "api.common.typeutils.base.LongSerializer$LongSerializerSnapshot";
  const TypePtr type = test::type_of(test::snapshot(
      name, 2, Bytes().utf("org.apache.flink.api.common.typeutils.base.LongSerializer").str()));
  EXPECT_EQ(type->kind, TypeKind::kLong);
}

TEST(SerializerSnapshot, the_first_versions_of_composites_have_no_version_of_their_own) {
  const std::string name = kFlinkPackage + "api.java.typeutils.runtime.EitherSerializerSnapshot";
  const TypePtr type = test::type_of(test::snapshot(
      name, 2, test::nested_body({test::base_snapshot("Int"), test::base_snapshot("String")})));
  EXPECT_EQ(to_string(*type), "Either<Integer, String>");
}

TEST(SerializerSnapshot, the_flag_of_a_composite_depends_on_its_version) {
  const auto row = [](int version, std::string_view outer) {
    return test::type_of(test::snapshot(
                             kFlinkPackage + "api.java.typeutils.runtime.RowSerializer$RowSerializerSnapshot",
                             3, test::composite_body(version, outer, {test::base_snapshot("Int")})))
        ->flag;
  };
  EXPECT_FALSE(row(2, ""));
  EXPECT_TRUE(row(3, ""));
  EXPECT_TRUE(row(4, "\x01"));
  EXPECT_FALSE(row(4, std::string_view("\0", 1)));
  const auto list = [](int version, std::string_view outer) {
    return test::type_of(
               test::snapshot(kFlinkPackage +
                                  "table.runtime.typeutils.LinkedListSerializer$LinkedListSerializerSnapshot",
                              3, test::composite_body(version, outer, {test::base_snapshot("Int")})))
        ->flag;
  };
  EXPECT_FALSE(list(1, ""));
  EXPECT_TRUE(list(2, ""));
  EXPECT_TRUE(list(3, "\x01"));
  const std::vector<std::string> nested(3, test::base_snapshot("Int"));
  const auto automaton = [&](int version, std::string_view outer) {
    return test::type_of(test::snapshot(kFlinkPackage + "cep.nfa.NFAStateSerializerSnapshot", 3,
                                        test::composite_body(version, outer, nested)))
        ->flag;
  };
  EXPECT_FALSE(automaton(1, ""));
  EXPECT_TRUE(automaton(2, "\x01"));
}

TEST(SerializerSnapshot, avro_s_schema_has_three_forms) {
  const std::string name = kFlinkPackage + "formats.avro.typeutils.AvroSerializerSnapshot";
  const std::string schema = R"({"type":"record","name":"R","fields":[{"name":"x","type":"int"}]})";
  const TypePtr first = test::type_of(test::snapshot(name, 1, Bytes().utf(schema).str()));
  EXPECT_EQ(to_string(*first), "R");
  const TypePtr second = test::type_of(test::snapshot(name, 2, Bytes().utf("com.acme.R").utf(schema).str()));
  EXPECT_EQ(to_string(*second), "com.acme.R");
  ASSERT_TRUE(second->avro);
  EXPECT_EQ(second->avro->root->members.at(0).name, "x");
}

TEST(SerializerSnapshot, a_schema_that_is_none_costs_its_values_only) {
  const std::string name = kFlinkPackage + "formats.avro.typeutils.AvroSerializerSnapshot";
  const TypePtr type = test::type_of(test::snapshot(name, 2, Bytes().utf("com.acme.R").utf("{").str()));
  EXPECT_EQ(type->kind, TypeKind::kOpaque);
  EXPECT_EQ(to_string(*type), "com.acme.R");
}

TEST(SerializerSnapshot, scala_s_types_are_known) {
  const std::string a = test::base_snapshot("Int");
  const std::string b = test::base_snapshot("String");
  const auto scala = [&](const std::string& name, std::string_view outer,
                         const std::vector<std::string>& nested) {
    return to_string(
        *test::type_of(test::snapshot(kScalaTypes + name, 3, test::composite_body(2, outer, nested))));
  };
  const std::string tuple = Bytes().utf("scala.Tuple2");
  const std::string order = Bytes().utf("com.acme.Order");
  EXPECT_EQ(scala("ScalaCaseClassSerializerSnapshot", tuple, {a, b}), "Tuple2<Integer, String>");
  EXPECT_EQ(scala("ScalaCaseClassSerializerSnapshot", order, {a, b}), "com.acme.Order");
  EXPECT_EQ(scala("Tuple2CaseClassSerializerSnapshot", tuple, {a, b}), "Tuple2<Integer, String>");
  EXPECT_EQ(scala("ScalaOptionSerializerSnapshot", "", {a}), "Option<Integer>");
  EXPECT_EQ(scala("ScalaEitherSerializerSnapshot", "", {a, b}), "Either<Integer, String>");
  EXPECT_EQ(scala("ScalaTrySerializerSnapshot", "", {a, b}), "Try<Integer, String>");
  EXPECT_EQ(scala("TraversableSerializerSnapshot", order, {a}), "TraversableOnce<Integer>");
  const TypePtr day =
      test::type_of(test::snapshot(kScalaTypes + "ScalaEnumSerializerSnapshot", 3,
                                   Bytes().utf("Day").i32(2).utf("Mon").i32(3).utf("Tue").i32(5).str()));
  EXPECT_EQ(day->kind, TypeKind::kScalaEnum);
  EXPECT_EQ(day->names, (std::vector<std::string>{"Mon", "Tue"}));
  EXPECT_EQ(day->ids, (std::vector<int32_t>{3, 5}));
}

TEST(SerializerSnapshot, a_class_whose_values_write_themselves_is_named) {
  const TypePtr type = test::type_of(test::snapshot(
      kFlinkPackage + "api.java.typeutils.runtime.CopyableValueSerializer$CopyableValueSerializerSnapshot", 2,
      Bytes().utf("com.acme.Value").str()));
  EXPECT_EQ(type->kind, TypeKind::kOpaque);
  EXPECT_EQ(to_string(*type), "com.acme.Value");
  EXPECT_EQ(unreadable_reason(*type), "The class com.acme.Value writes its values itself.");
}

TEST(SerializerSnapshot, a_version_from_the_future_is_refused_where_the_snapshot_begins) {
  EXPECT_EQ(
      test::error_of(test::snapshot(kFlinkPackage + "api.java.typeutils.runtime.PojoSerializerSnapshot", 3)),
      "offset 0, serializer_snapshot: version 3 of "
      "org.apache.flink.api.java.typeutils.runtime.PojoSerializerSnapshot is not known");
}

TEST(SerializerSnapshot, a_composite_of_more_parts_than_known_is_opaque) {
  const std::string list = kFlinkPackage + "api.common.typeutils.base.ListSerializerSnapshot";
  const TypePtr type = test::type_of(test::snapshot(
      list, 3, test::composite_body(1, "", {test::base_snapshot("Int"), test::base_snapshot("Int")})));
  EXPECT_EQ(type->kind, TypeKind::kOpaque);
  EXPECT_EQ(to_string(*type), list);
}

TEST(SerializerSnapshot, nesting_has_a_limit) {
  const auto nested = [](int depth) {
    std::string bytes = test::base_snapshot("Int");
    for (int i = 0; i < depth; ++i) {
      bytes = test::snapshot(kFlinkPackage + "api.common.typeutils.base.ListSerializerSnapshot", 3,
                             test::composite_body(1, "", {bytes}));
    }
    return bytes;
  };
  EXPECT_EQ(test::type_of(nested(64))->kind, TypeKind::kList);
  EXPECT_NE(test::error_of(nested(65)).find("serializers nested more than 64 deep"), std::string::npos);
}

}  // namespace
}  // namespace checkpointfs::state
