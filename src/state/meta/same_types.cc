// SPDX-License-Identifier: Apache-2.0
#include "state/meta/same_types.h"

#include <algorithm>
#include <memory>

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

}  // namespace

bool same_type(const Type& a, const Type& b) {
  return a.kind == b.kind && a.snapshot_class == b.snapshot_class && a.class_name == b.class_name &&
         a.names == b.names && a.ids == b.ids && a.size == b.size && a.scale == b.scale && a.flag == b.flag &&
         a.kryo5 == b.kryo5 && same_avro(a.avro.get(), b.avro.get()) && same_sql(a.sql.get(), b.sql.get()) &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    [](const TypeMember& x, const TypeMember& y) {
                      return x.name == y.name && same_pointers(x.type, y.type);
                    }) &&
         std::equal(a.subclasses.begin(), a.subclasses.end(), b.subclasses.begin(), b.subclasses.end(),
                    [](const PojoSubclass& x, const PojoSubclass& y) {
                      return x.class_name == y.class_name && x.registered == y.registered &&
                             same_pointers(x.type, y.type);
                    });
}

bool same_types(const StateMeta& a, const StateMeta& b) {
  return a.kind == b.kind && same_pointers(a.name_space, b.name_space) &&
         same_pointers(a.user_key, b.user_key) && same_pointers(a.value, b.value);
}

}  // namespace checkpointfs::state
