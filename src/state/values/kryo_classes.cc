// SPDX-License-Identifier: Apache-2.0
#include "state/values/kryo_classes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace checkpointfs::state {
namespace {

using NamedForm = std::pair<std::string_view, KryoForm>;

// In the order of their names. Boxed numbers and strings have numbers: with one that the snapshot gives to
// them, they would have another serializer.
constexpr NamedForm kForms[] = {
    {"[B", KryoForm::kByteArray},
    {"[C", KryoForm::kCharArray},
    {"[D", KryoForm::kDoubleArray},
    {"[F", KryoForm::kFloatArray},
    {"[I", KryoForm::kIntArray},
    {"[J", KryoForm::kLongArray},
    {"[Ljava.lang.Object;", KryoForm::kObjectArray},
    {"[Ljava.lang.String;", KryoForm::kStringArray},
    {"[S", KryoForm::kShortArray},
    {"[Z", KryoForm::kBooleanArray},
    {"java.lang.StringBuffer", KryoForm::kText},
    {"java.lang.StringBuilder", KryoForm::kText},
    {"java.math.BigDecimal", KryoForm::kBigDecimal},
    {"java.math.BigInteger", KryoForm::kBigInteger},
    {"java.time.Instant", KryoForm::kInstant},
    {"java.time.LocalDate", KryoForm::kLocalDate},
    {"java.time.LocalDateTime", KryoForm::kLocalDateTime},
    {"java.time.LocalTime", KryoForm::kLocalTime},
    {"java.util.ArrayDeque", KryoForm::kCollection},
    {"java.util.ArrayList", KryoForm::kCollection},
    {"java.util.Collections$EmptyList", KryoForm::kEmptyList},
    {"java.util.Collections$EmptyMap", KryoForm::kEmptyMap},
    {"java.util.Collections$EmptySet", KryoForm::kEmptyList},
    {"java.util.Collections$SingletonList", KryoForm::kSingleton},
    {"java.util.Collections$SingletonMap", KryoForm::kSingletonMap},
    {"java.util.Collections$SingletonSet", KryoForm::kSingleton},
    {"java.util.Date", KryoForm::kDate},
    {"java.util.HashMap", KryoForm::kMap},
    {"java.util.HashSet", KryoForm::kCollection},
    {"java.util.Hashtable", KryoForm::kMap},
    {"java.util.LinkedHashMap", KryoForm::kMap},
    {"java.util.LinkedHashSet", KryoForm::kCollection},
    {"java.util.LinkedList", KryoForm::kCollection},
    {"java.util.Stack", KryoForm::kCollection},
    {"java.util.TreeMap", KryoForm::kSortedMap},
    {"java.util.TreeSet", KryoForm::kSortedCollection},
    {"java.util.Vector", KryoForm::kCollection},
    {"java.util.concurrent.ConcurrentHashMap", KryoForm::kMap},
    {"java.util.concurrent.CopyOnWriteArrayList", KryoForm::kCollection},
};

constexpr bool is_less(const NamedForm& one, const NamedForm& other) {
  return one.first < other.first;
}
static_assert(std::is_sorted(std::begin(kForms), std::end(kForms), is_less));

// Kryo.Kryo() gives these numbers.
constexpr std::array kBuiltIn = {
    KryoForm::kInt,  KryoForm::kString, KryoForm::kFloat, KryoForm::kBoolean, KryoForm::kByte,
    KryoForm::kChar, KryoForm::kShort,  KryoForm::kLong,  KryoForm::kDouble,
};

// FlinkChillPackageRegistrar gives the numbers from here on.
constexpr uint64_t kFirstOfChill = 73;
constexpr std::array kOfChill = {
    KryoForm::kArrayList,     // java.util.Arrays$ArrayList
    KryoForm::kUnknown,       // java.util.BitSet
    KryoForm::kUnknown,       // java.util.PriorityQueue
    KryoForm::kUnknown,       // java.util.regex.Pattern
    KryoForm::kSqlDate,       // java.sql.Date
    KryoForm::kSqlTime,       // java.sql.Time
    KryoForm::kSqlTimestamp,  // java.sql.Timestamp
    KryoForm::kText,          // java.net.URI
    KryoForm::kUnknown,       // java.net.InetSocketAddress
    KryoForm::kUuid,          // java.util.UUID
    KryoForm::kUnknown,       // java.util.Locale
    KryoForm::kUnknown,       // java.text.SimpleDateFormat
};
// The types of the snapshot follow.
constexpr uint64_t kFirstOfSnapshot = kFirstOfChill + kOfChill.size();

// Is true if a class of the JDK may have a serializer of the user: one for a class that it extends.
bool has_user_serializers(const Type& type) {
  return std::any_of(type.kryo_defaults.begin(), type.kryo_defaults.end(),
                     [](std::string_view name) { return name.substr(0, 5) == "java."; });
}

bool is_tried_with_kryo5(KryoForm form) {
  return form <= KryoForm::kDouble || (form >= KryoForm::kInstant && form <= KryoForm::kLocalDateTime);
}

}  // namespace

KryoForm kryo_form(std::string_view class_name, const Type& type) {
  const NamedForm wanted(class_name, KryoForm::kUnknown);
  const auto* const found = std::lower_bound(std::begin(kForms), std::end(kForms), wanted, is_less);
  if (found == std::end(kForms) || found->first != class_name) return KryoForm::kUnknown;
  if (has_user_serializers(type) || (type.kryo5 && !is_tried_with_kryo5(found->second)))
    return KryoForm::kUnknown;
  return found->second;
}

KryoForm kryo_form(uint64_t class_number, const Type& type) {
  if (class_number < kBuiltIn.size()) return kBuiltIn[class_number];
  if (class_number >= kFirstOfSnapshot) {
    const uint64_t index = class_number - kFirstOfSnapshot;
    return index < type.names.size() ? kryo_form(type.names[index], type) : KryoForm::kUnknown;
  }
  if (class_number < kFirstOfChill || type.kryo5) return KryoForm::kUnknown;
  return kOfChill[class_number - kFirstOfChill];
}

}  // namespace checkpointfs::state
