// SPDX-License-Identifier: Apache-2.0
#include "state/values/kryo_leaves.h"

#include <bit>
#include <cstddef>
#include <string_view>

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
    text[i] = kForm[i] == '-' ? '-' : "0123456789abcdef"[half & 0xF];
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

// The length + 1, then the elements, each of which `element` reads.
template <typename Element>
void read_elements(KryoInput& kryo, ValueReader& reader, const Element& element) {
  const uint32_t code = kryo.count("array length");
  if (code == 0) return reader.out().null();
  reader.out().raw("[");
  for (uint32_t i = 0; i + 1 < code && reader.ok(); ++i) {
    reader.out().separate(i);
    element();
  }
  reader.out().raw("]");
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

}  // namespace

bool read_kryo_leaf(KryoForm form, KryoInput& kryo, ValueReader& reader) {
  Input& in = reader.in();
  JsonSink& out = reader.out();
  const auto read_boolean = [&] { out.boolean(in.boolean("boolean")); };
  const auto read_short = [&] { out.integer(static_cast<int16_t>(kryo.fixed_short("short"))); };
  const auto read_int = [&] { out.integer(kryo.zigzag_int("int")); };
  const auto read_long = [&] { out.long_integer(kryo.zigzag_long("long")); };
  const auto read_float = [&] { out.real(std::bit_cast<float>(kryo.fixed_int("float"))); };
  const auto read_double = [&] { out.real(std::bit_cast<double>(kryo.fixed_long("double"))); };
  switch (form) {
    case KryoForm::kInt:
      read_int();
      return true;
    case KryoForm::kString:
    case KryoForm::kText:
      kryo.string();
      return true;
    case KryoForm::kFloat:
      read_float();
      return true;
    case KryoForm::kBoolean:
      read_boolean();
      return true;
    case KryoForm::kByte:
      out.integer(in.i8("byte"));
      return true;
    case KryoForm::kChar:
      read_kryo_char(kryo, reader);
      return true;
    case KryoForm::kShort:
      read_short();
      return true;
    case KryoForm::kLong:
      read_long();
      return true;
    case KryoForm::kDouble:
      read_double();
      return true;
    case KryoForm::kBigInteger:
      read_kryo_integer(kryo, reader);
      return true;
    case KryoForm::kBigDecimal:
      read_kryo_decimal(kryo, reader);
      return true;
    case KryoForm::kDate:
      write_instant(moment_of_millis(static_cast<int64_t>(kryo.varlong("date"))), out);
      return true;
    case KryoForm::kSqlDate:
      write_sql_date(static_cast<int64_t>(kryo.varlong("date")), out);
      return true;
    case KryoForm::kSqlTime:
      write_sql_time(static_cast<int64_t>(kryo.varlong("time")), out);
      return true;
    case KryoForm::kSqlTimestamp:
      read_kryo_timestamp(kryo, reader);
      return true;
    case KryoForm::kUuid:
      read_uuid(kryo, reader);
      return true;
    case KryoForm::kInstant:
      read_kryo_instant(kryo, reader);
      return true;
    case KryoForm::kEmptyList:
      out.raw("[]");
      return true;
    case KryoForm::kEmptyMap:
      out.raw("{}");
      return true;
    case KryoForm::kByteArray:
      read_kryo_bytes(kryo, reader);
      return true;
    case KryoForm::kCharArray:
      read_kryo_chars(kryo, reader);
      return true;
    case KryoForm::kBooleanArray:
      read_elements(kryo, reader, read_boolean);
      return true;
    case KryoForm::kShortArray:
      read_elements(kryo, reader, read_short);
      return true;
    case KryoForm::kIntArray:
      read_elements(kryo, reader, read_int);
      return true;
    case KryoForm::kLongArray:
      read_elements(kryo, reader, read_long);
      return true;
    case KryoForm::kFloatArray:
      read_elements(kryo, reader, read_float);
      return true;
    case KryoForm::kDoubleArray:
      read_elements(kryo, reader, read_double);
      return true;
    case KryoForm::kUnknown:
    case KryoForm::kLocalDate:
    case KryoForm::kLocalTime:
    case KryoForm::kLocalDateTime:
    case KryoForm::kCollection:
    case KryoForm::kSortedCollection:
    case KryoForm::kMap:
    case KryoForm::kSortedMap:
    case KryoForm::kArrayList:
    case KryoForm::kSingleton:
    case KryoForm::kSingletonMap:
    case KryoForm::kStringArray:
    case KryoForm::kObjectArray:
      return false;
  }
  return false;
}

}  // namespace checkpointfs::state
