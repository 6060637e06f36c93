// SPDX-License-Identifier: Apache-2.0
// Reads values of any type: skips them, or writes them as JSON.
//
// One walk does both (value_reader.h): it goes through the bytes of a value once, by the value's type, and
// hands what it meets to a sink for JSON, or to none. The other modules have a function for each kind of
// type: basic_values, string_values, time_values, collections, product_values (tuples, rows, POJOs),
// framework_values, avro_values, kryo_values, sql_values, cep_values. src/state/encode goes the other way.
//
// Forms of JSON:
//   numbers of Java       numbers; float and double in the shortest form; "NaN", "Infinity", "-Infinity"
//   BigInteger            "123"; BigDecimal "1.50", with a negative scale or one above 100 "15E2"
//   byte[], bytes, fixed  "0x0102"
//   String, char, char[]  strings; a lone surrogate is \udXXX, a byte XX that is not UTF-8 \udcXX
//   Date, Timestamp       of java.util and java.sql, and Instant: "2024-01-31T12:34:56.789Z"
//   java.sql.Date, Time   "2024-01-31", "12:34:56", of the instant in UTC; the instant if it has a time, or a
//   date java.time.Local*      "2024-01-31", "12:34:56.789", "2024-01-31T12:34:56" enum                  the
//   constant's name TimeWindow            {"start":0,"end":10}; GlobalWindow "global"; CountWindow {"id":1}
//   arrays, lists, sets   arrays
//   map                   an object if its keys are strings, not null, and differ; else [[key,value],...]
//   tuple, case class     arrays; Row {"$kind":"+I","fields":[...]}, or an array if its serializer has no
//   kinds POJO                  an object of its fields; of a subclass {"$class":"...",...} RowData
//   {"$kind":"+I","id":1,...}; nested rows without a kind that is +I SQL                   DECIMAL "12.50",
//   TIMESTAMP "2024-01-31T12:34:56", TIMESTAMP_LTZ with Z, intervals numbers Avro record           an object;
//   a union is the value of its branch Either                {"left":...} or {"right":...}; Option and
//   Nullable the value or null Ttl                   {"ttl_ms":...,"value":...}; Timer
//   {"timestamp":...,"key":...,"namespace":...} null, Void, no bytes  null
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "state/bytes/input.h"
#include "state/types/type.h"
#include "state/json/json_text.h"

namespace checkpointfs::state {

enum class Outcome : uint8_t {
  kRead,
  kOpaque,   // the type, or the class of this value, cannot be read: the input stands somewhere inside the
             // value
  kDamaged,  // the input has an error
};

// Moves behind one value.
Outcome skip_value(Input& in, const Type& type);

// Appends one value as JSON, see checkpointfs-state(1). If it is not kRead, `out` may have a part of a value.
Outcome append_json(Input& in, const Type& type, const JsonStyle& style, std::string& out);

// Appends the JSON of a value that fills `bytes`. A value that cannot be read, or that does not end where the
// bytes end, becomes "0x..." of all bytes; then returns the name of the innermost type that cannot be read.
std::optional<std::string> append_framed_json(std::string_view bytes, const Type& type,
                                              const JsonStyle& style, std::string& out);

}  // namespace checkpointfs::state
