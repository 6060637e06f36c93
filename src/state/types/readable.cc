// SPDX-License-Identifier: Apache-2.0
#include "state/types/readable.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text/message.h"
#include "state/types/logical_type.h"

namespace checkpointfs::state {
namespace {

// Classes without subclasses whose values Kryo 2.24 and Kryo 5 write in a known form.
constexpr std::array<std::string_view, 13> kKnownToKryo = {
    "java.lang.Boolean",       "java.lang.Byte",    "java.lang.Character", "java.lang.Double",
    "java.lang.Float",         "java.lang.Integer", "java.lang.Long",      "java.lang.Short",
    "java.lang.String",        "java.time.Instant", "java.time.LocalDate", "java.time.LocalTime",
    "java.time.LocalDateTime",
};

// Fields of such a class may have values of the classes above.
constexpr std::array<std::string_view, 4> kSupertypes = {"java.lang.Object", "java.lang.Number",
                                                         "java.lang.Comparable", "java.io.Serializable"};

template <size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A serializer of the user for a class of the JDK may be that of any of its subclasses, but for those that
// Kryo has numbers for.
Readable readable_with_kryo(const Type& type) {
  const std::string_view name = type.class_name;
  const bool replaced = std::any_of(type.kryo_defaults.begin(), type.kryo_defaults.end(),
                                    [](const std::string& each) { return each.starts_with("java."); });
  if (is_one_of(kKnownToKryo, name)) {
    return replaced && !name.starts_with("java.lang.") ? Readable::kNo : Readable::kYes;
  }
  if (is_one_of(kSupertypes, name)) return Readable::kPartly;
  const bool collections = !type.kryo5 && !replaced && (name.starts_with("java.") || name.starts_with("["));
  return collections ? Readable::kPartly : Readable::kNo;
}

bool is_readable(const LogicalType& type) {
  if (type.kind == SqlKind::kUnknown || type.kind == SqlKind::kRaw) return false;
  return std::all_of(type.members.begin(), type.members.end(),
                     [](const LogicalType::Member& member) { return is_readable(*member.type); });
}

// Judges a type by its members.
Readable readable_members(const Type& type) {
  bool all = true;
  bool none = !type.members.empty();
  for (const TypeMember& member : type.members) {
    const Readable each = readable(*member.type);
    all = all && each == Readable::kYes;
    none = none && each == Readable::kNo;
  }
  if (none) return Readable::kNo;
  for (const PojoSubclass& subclass : type.subclasses) {
    all = all && readable(*subclass.type) == Readable::kYes;
  }
  return all ? Readable::kYes : Readable::kPartly;
}

// The first type of SQL that cannot be read; null if there is none.
const LogicalType* first_unreadable(const LogicalType& type) {
  if (type.kind == SqlKind::kUnknown || type.kind == SqlKind::kRaw) return &type;
  for (const LogicalType::Member& member : type.members) {
    if (const LogicalType* found = first_unreadable(*member.type)) return found;
  }
  return nullptr;
}

std::string own_reason(const Type& type) {
  if (type.kind == TypeKind::kKryo && readable(type) == Readable::kPartly) {
    return base::format("Kryo writes {}, and only values of some classes of the JDK can be read.",
                        type.class_name);
  }
  if (type.kind == TypeKind::kKryo) {
    return base::format("Kryo writes {}, and the snapshot does not describe the class's fields.",
                        type.class_name);
  }
  if (type.kind == TypeKind::kJavaObject) return "Java's own serialization writes the values.";
  if (type.kind == TypeKind::kOpaque && !type.class_name.empty()) {
    return base::format("The class {} writes its values itself.", type.class_name);
  }
  if (type.kind == TypeKind::kOpaque && type.snapshot_class.empty()) {
    return "The snapshot does not describe the type, as Flink 2.0 does not that of a map's keys.";
  }
  if (type.kind == TypeKind::kOpaque) {
    return base::format("The form of the values is not known: their serializer is described by {}.",
                        type.snapshot_class);
  }
  if (const LogicalType* found = type.sql ? first_unreadable(*type.sql) : nullptr) {
    return base::format("Values of the type {} are shown as bytes.", to_string(*found));
  }
  return {};
}

}  // namespace

Readable readable(const Type& type) {
  if (type.kind == TypeKind::kOpaque || type.kind == TypeKind::kJavaObject) return Readable::kNo;
  if (type.kind == TypeKind::kKryo) return readable_with_kryo(type);
  if (type.sql) return is_readable(*type.sql) ? Readable::kYes : Readable::kPartly;
  return readable_members(type);
}

std::string unreadable_reason(const Type& type) {
  if (readable(type) == Readable::kYes) return {};
  std::string reason = own_reason(type);
  for (size_t i = 0; reason.empty() && i < type.members.size(); ++i) {
    reason = unreadable_reason(*type.members[i].type);
  }
  for (size_t i = 0; reason.empty() && i < type.subclasses.size(); ++i) {
    if (readable(*type.subclasses[i].type) == Readable::kYes) continue;
    reason = base::format("Values of the subclass {} cannot be read.", type.subclasses[i].class_name);
  }
  return reason;
}

}  // namespace checkpointfs::state
