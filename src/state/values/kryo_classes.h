// SPDX-License-Identifier: Apache-2.0
// Classes whose values Kryo writes in a known form: those of the JDK that have default serializers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "state/types/type.h"

namespace checkpointfs::state {

enum class KryoForm : uint8_t {
  kUnknown,
  kInt,
  kString,
  kFloat,
  kBoolean,
  kByte,
  kChar,
  kShort,
  kLong,
  kDouble,
  kBigInteger,
  kBigDecimal,
  kText,  // a string, by the serializer of another class
  kDate,
  kSqlDate,
  kSqlTime,
  kSqlTimestamp,
  kUuid,
  kInstant,
  kLocalDate,
  kLocalTime,
  kLocalDateTime,
  kCollection,
  kSortedCollection,  // after a comparator
  kMap,
  kSortedMap,  // after a comparator
  kArrayList,  // of java.util.Arrays, with the class of its array
  kEmptyList,  // of java.util.Collections: no bytes
  kEmptyMap,
  kSingleton,  // a list or set
  kSingletonMap,
  kByteArray,
  kBooleanArray,
  kCharArray,
  kShortArray,
  kIntArray,
  kLongArray,
  kFloatArray,
  kDoubleArray,
  kStringArray,
  kObjectArray,
};
constexpr size_t kKryoForms = static_cast<size_t>(KryoForm::kObjectArray) + 1;

// The form of a class by its name, and by its number, which `type` (kKryo) gives to some. kUnknown: also a
// class that Kryo 5 writes in another form than Kryo 2, or one that has not been tried with it.
KryoForm kryo_form(std::string_view class_name, const Type& type);
KryoForm kryo_form(uint64_t class_number, const Type& type);

// Kryo keeps no references to boxed numbers.
constexpr bool has_references(KryoForm form) {
  return form == KryoForm::kUnknown || form == KryoForm::kString || form > KryoForm::kDouble;
}

}  // namespace checkpointfs::state
