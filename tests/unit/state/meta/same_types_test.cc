// SPDX-License-Identifier: Apache-2.0
#include "state/meta/same_types.h"

#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace checkpointfs::state {
namespace {

TypePtr simple(TypeKind kind) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  return type;
}

Type pojo(std::vector<PojoSubclass> subclasses) {
  Type type;
  type.kind = TypeKind::kPojo;
  type.class_name = "com.acme.Shape";
  type.subclasses = std::move(subclasses);
  return type;
}

const PojoSubclass kCircle{"com.acme.Circle", simple(TypeKind::kInt), false};
const PojoSubclass kSquare{"com.acme.Square", simple(TypeKind::kInt), false};
const PojoSubclass kTaggedCircle{"com.acme.Circle", simple(TypeKind::kInt), true};
const PojoSubclass kTaggedSquare{"com.acme.Square", simple(TypeKind::kInt), true};

// Values name such a subclass.
TEST(SameTypes, pojos_may_have_met_other_subclasses) {
  EXPECT_TRUE(same_type(pojo({}), pojo({kCircle})));
  EXPECT_TRUE(same_type(pojo({kCircle}), pojo({})));
  EXPECT_TRUE(same_type(pojo({kCircle, kSquare}), pojo({kSquare, kCircle})));
  EXPECT_TRUE(same_type(pojo({kTaggedSquare}), pojo({kTaggedSquare, kCircle})));
}

TEST(SameTypes, pojos_differ_if_a_subclass_of_both_does) {
  const PojoSubclass changed{"com.acme.Circle", simple(TypeKind::kLong), false};
  EXPECT_FALSE(same_type(pojo({kCircle}), pojo({changed})));
  EXPECT_FALSE(same_type(pojo({kSquare, kCircle}), pojo({changed})));
}

// Values have the position of such a subclass.
TEST(SameTypes, pojos_have_the_same_registered_subclasses) {
  EXPECT_TRUE(same_type(pojo({kTaggedCircle, kTaggedSquare}), pojo({kTaggedCircle, kTaggedSquare})));
  EXPECT_FALSE(same_type(pojo({kTaggedCircle, kTaggedSquare}), pojo({kTaggedSquare, kTaggedCircle})));
  EXPECT_FALSE(same_type(pojo({}), pojo({kTaggedCircle})));
  EXPECT_FALSE(same_type(pojo({kTaggedCircle}), pojo({})));
}

}  // namespace
}  // namespace checkpointfs::state
