// SPDX-License-Identifier: Apache-2.0
#include "state/values/kryo_leaves.h"

#include <array>
#include <bit>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/text/hex.h"
#include "base/text/message.h"
#include "state/json/big_numbers.h"
#include "state/values/time_values.h"

namespace checkpointfs::state {
namespace {

// The length + 1, then a big-endian two's complement.
void read_kryo_digits(KryoInput& kryo, ValueReader& reader) {
  const uint64_t start = reader.in().offset();
  const uint32_t code = kryo.count("length of the number");
  if (code < 2) return reader.in().fail(start, "length of the number", "no bytes");
  if (!reader.out().writes()) return reader.in().skip(code - 1, "number");
  const std::string_view bytes = reader.in().bytes(code - 1, "number");
  if (reader.ok()) append_big_integer(bytes, reader.out().text());
}

void read_kryo_integer(KryoInput& kryo, ValueReader& reader) {
  reader.out().raw("\"");
  read_kryo_digits(kryo, reader);
  reader.out().raw("\"");
}

void read_kryo_decimal(KryoInput& kryo, ValueReader& reader) {
  reader.out().raw("\"");
  const size_t start = reader.out().size();
  read_kryo_digits(kryo, reader);
  const int32_t scale = kryo.zigzag_int("scale");
  if (reader.ok() && reader.out().writes()) scale_digits(start, scale, reader.out().text());
  reader.out().raw("\"");
}

void read_uuid(KryoInput& kryo, ValueReader& reader) {
  constexpr std::string_view kForm = "aaaaaaaa-aaaa-aaaa-bbbb-bbbbbbbbbbbb";
  uint64_t high = static_cast<uint64_t>(kryo.zigzag_long("UUID"));
  uint64_t low = static_cast<uint64_t>(kryo.zigzag_long("UUID"));
  char text[kForm.size()];
  for (size_t i = kForm.size(); i-- > 0;) {
    uint64_t& half = kForm[i] == 'a' ? high : low;
    text[i] = kForm[i] == '-' ? '-' : base::kHexDigits[half & 0xF];
    if (kForm[i] != '-') half >>= 4;
  }
  reader.out().raw("\"");
  reader.out().raw({text, kForm.size()});
  reader.out().raw("\"");
}

void write_checked_instant(int64_t seconds, int32_t nanos, ValueReader& reader) {
  if (nanos < 0 || nanos >= kNanosOfSecond) {
    return reader.in().fail("nanoseconds", base::format("{} nanoseconds of a second", nanos));
  }
  write_instant({seconds, nanos}, reader.out());
}

void read_kryo_timestamp(KryoInput& kryo, ValueReader& reader) {
  const auto millis = static_cast<int64_t>(kryo.varlong("timestamp"));
  const auto nanos = static_cast<int32_t>(kryo.varint("nanoseconds"));
  write_checked_instant(moment_of_millis(millis).seconds, nanos, reader);
}

void read_kryo_instant(KryoInput& kryo, ValueReader& reader) {
  if (kryo.version() == KryoVersion::kKryo2) {
    const int32_t nanos = kryo.zigzag_int("nanoseconds");
    write_checked_instant(kryo.zigzag_long("seconds"), nanos, reader);
  } else {
    const auto seconds = static_cast<int64_t>(kryo.varlong("seconds"));
    write_checked_instant(seconds, static_cast<int32_t>(kryo.varint("nanoseconds")), reader);
  }
}

void read_kryo_bytes(KryoInput& kryo, ValueReader& reader) {
  const uint32_t code = kryo.count("byte[] length");
  if (code == 0) return reader.out().null();
  if (!reader.out().writes()) return reader.in().skip(code - 1, "byte[]");
  const std::string_view bytes = reader.in().bytes(code - 1, "byte[]");
  if (reader.ok()) reader.out().hex(bytes);
}

void read_kryo_chars(KryoInput& kryo, ValueReader& reader) {
  const uint32_t code = kryo.count("char[] length");
  if (code == 0) return reader.out().null();
  if (!reader.out().writes()) return reader.in().skip(2 * uint64_t{code - 1}, "char[]");
  JsonString string(reader.out().text());
  for (uint32_t i = 0; i + 1 < code && reader.ok(); ++i) string.unit(kryo.fixed_short("char[]"));
  string.end();
}

void read_kryo_char(KryoInput& kryo, ValueReader& reader) {
  const uint16_t unit = kryo.fixed_short("char");
  if (!reader.out().writes()) return;
  JsonString string(reader.out().text());
  string.unit(unit);
  string.end();
}

void read_kryo_boolean(KryoInput&, ValueReader& reader) {
  reader.out().boolean(reader.in().boolean("boolean"));
}
void read_kryo_byte(KryoInput&, ValueReader& reader) {
  reader.out().integer(reader.in().i8("byte"));
}
void read_kryo_short(KryoInput& kryo, ValueReader& reader) {
  reader.out().integer(static_cast<int16_t>(kryo.fixed_short("short")));
}
void read_kryo_int(KryoInput& kryo, ValueReader& reader) {
  reader.out().integer(kryo.zigzag_int("int"));
}
void read_kryo_long(KryoInput& kryo, ValueReader& reader) {
  reader.out().long_integer(kryo.zigzag_long("long"));
}
void read_kryo_float(KryoInput& kryo, ValueReader& reader) {
  reader.out().real(std::bit_cast<float>(kryo.fixed_int("float")));
}
void read_kryo_double(KryoInput& kryo, ValueReader& reader) {
  reader.out().real(std::bit_cast<double>(kryo.fixed_long("double")));
}
void read_kryo_string(KryoInput& kryo, ValueReader&) {
  kryo.string();
}

void read_kryo_date(KryoInput& kryo, ValueReader& reader) {
  write_instant(moment_of_millis(static_cast<int64_t>(kryo.varlong("date"))), reader.out());
}
void read_kryo_sql_date(KryoInput& kryo, ValueReader& reader) {
  write_sql_date(static_cast<int64_t>(kryo.varlong("date")), reader.out());
}
void read_kryo_sql_time(KryoInput& kryo, ValueReader& reader) {
  write_sql_time(static_cast<int64_t>(kryo.varlong("time")), reader.out());
}

void read_kryo_empty_list(KryoInput&, ValueReader& reader) {
  reader.out().raw("[]");
}
void read_kryo_empty_map(KryoInput&, ValueReader& reader) {
  reader.out().raw("{}");
}

using ReadLeaf = void (*)(KryoInput&, ValueReader&);

template <ReadLeaf element>
void read_kryo_array(KryoInput& kryo, ValueReader& reader) {
  const uint32_t code = kryo.count("array length");
  if (code == 0) return reader.out().null();
  reader.out().raw("[");
  for (uint32_t i = 0; i + 1 < code && reader.ok(); ++i) {
    reader.out().separate(i);
    element(kryo, reader);
  }
  reader.out().raw("]");
}

constexpr std::pair<KryoForm, ReadLeaf> kLeaves[] = {
    {KryoForm::kInt, read_kryo_int},
    {KryoForm::kString, read_kryo_string},
    {KryoForm::kFloat, read_kryo_float},
    {KryoForm::kBoolean, read_kryo_boolean},
    {KryoForm::kByte, read_kryo_byte},
    {KryoForm::kChar, read_kryo_char},
    {KryoForm::kShort, read_kryo_short},
    {KryoForm::kLong, read_kryo_long},
    {KryoForm::kDouble, read_kryo_double},
    {KryoForm::kBigInteger, read_kryo_integer},
    {KryoForm::kBigDecimal, read_kryo_decimal},
    {KryoForm::kText, read_kryo_string},
    {KryoForm::kDate, read_kryo_date},
    {KryoForm::kSqlDate, read_kryo_sql_date},
    {KryoForm::kSqlTime, read_kryo_sql_time},
    {KryoForm::kSqlTimestamp, read_kryo_timestamp},
    {KryoForm::kUuid, read_uuid},
    {KryoForm::kInstant, read_kryo_instant},
    {KryoForm::kEmptyList, read_kryo_empty_list},
    {KryoForm::kEmptyMap, read_kryo_empty_map},
    {KryoForm::kByteArray, read_kryo_bytes},
    {KryoForm::kBooleanArray, read_kryo_array<read_kryo_boolean>},
    {KryoForm::kCharArray, read_kryo_chars},
    {KryoForm::kShortArray, read_kryo_array<read_kryo_short>},
    {KryoForm::kIntArray, read_kryo_array<read_kryo_int>},
    {KryoForm::kLongArray, read_kryo_array<read_kryo_long>},
    {KryoForm::kFloatArray, read_kryo_array<read_kryo_float>},
    {KryoForm::kDoubleArray, read_kryo_array<read_kryo_double>},
};

// A function for each form; null for forms of other objects.
constexpr auto kLeafOfForm = [] {
  std::array<ReadLeaf, kKryoForms> leaves{};
  for (const auto& [form, leaf] : kLeaves) leaves[static_cast<size_t>(form)] = leaf;
  return leaves;
}();

}  // namespace

bool read_kryo_leaf(KryoForm form, KryoInput& kryo, ValueReader& reader) {
  const ReadLeaf leaf = kLeafOfForm[static_cast<size_t>(form)];
  if (leaf != nullptr) leaf(kryo, reader);
  return leaf != nullptr;
}

}  // namespace checkpointfs::state
