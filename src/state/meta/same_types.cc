// SPDX-License-Identifier: Apache-2.0
#include "state/meta/same_types.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

#include "state/types/avro_schema.h"
#include "state/types/logical_type.h"

namespace checkpointfs::state {
namespace {

bool same_nodes(const AvroNode& a, const AvroNode& b) {
  return a.kind == b.kind && a.name == b.name && a.symbols == b.symbols && a.size == b.size &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    [](const AvroNode::Member& x, const AvroNode::Member& y) {
                      return x.name == y.name && x.node->kind == y.node->kind && x.node->name == y.node->name;
                    });
}

// Nodes stand in the order of the text.
bool same_avro(const AvroSchema* a, const AvroSchema* b) {
  if (a == b) return true;
  return a != nullptr && b != nullptr &&
         std::equal(a->nodes.begin(), a->nodes.end(), b->nodes.begin(), b->nodes.end(),
                    [](const auto& x, const auto& y) { return same_nodes(*x, *y); });
}

bool same_sql(const LogicalType* a, const LogicalType* b) {
  if (a == b) return true;
  return a != nullptr && b != nullptr && to_string(*a) == to_string(*b);
}

bool same_pointers(const TypePtr& a, const TypePtr& b) {
  return a == b || (a && b && same_type(*a, *b));
}

bool same_subclass(const PojoSubclass& a, const PojoSubclass& b) {
  return a.class_name == b.class_name && a.registered == b.registered && same_pointers(a.type, b.type);
}

// Registered ones stand for their position in values. The others stand there by name, and a serializer
// describes those that it has met: one may have met more than the other.
bool same_subclasses(const std::vector<PojoSubclass>& a, const std::vector<PojoSubclass>& b) {
  const auto registered = [](const PojoSubclass& subclass) { return subclass.registered; };
  std::vector<PojoSubclass> tagged_a;
  std::vector<PojoSubclass> tagged_b;
  std::ranges::copy_if(a, std::back_inserter(tagged_a), registered);
  std::ranges::copy_if(b, std::back_inserter(tagged_b), registered);
  return std::ranges::equal(tagged_a, tagged_b, same_subclass) &&
         std::ranges::none_of(a, [&](const PojoSubclass& x) {
           return std::ranges::any_of(b, [&](const PojoSubclass& y) {
             return !x.registered && !y.registered && x.class_name == y.class_name && !same_subclass(x, y);
           });
         });
}

}  // namespace

bool same_type(const Type& a, const Type& b) {
  return a.kind == b.kind && a.snapshot_class == b.snapshot_class && a.class_name == b.class_name &&
         a.names == b.names && a.ids == b.ids && a.size == b.size && a.scale == b.scale && a.flag == b.flag &&
         a.kryo5 == b.kryo5 && same_avro(a.avro.get(), b.avro.get()) && same_sql(a.sql.get(), b.sql.get()) &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    [](const TypeMember& x, const TypeMember& y) {
                      return x.name == y.name && same_pointers(x.type, y.type);
                    }) &&
         same_subclasses(a.subclasses, b.subclasses);
}

bool same_types(const StateMeta& a, const StateMeta& b) {
  return a.kind == b.kind && same_pointers(a.name_space, b.name_space) &&
         same_pointers(a.user_key, b.user_key) && same_pointers(a.value, b.value);
}

}  // namespace checkpointfs::state
