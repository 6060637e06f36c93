// SPDX-License-Identifier: Apache-2.0
// value-time [MEGABYTES]: reads values of some types from memory, as many as these megabytes hold, and prints
// a line for each type: bytes of a value, and nanoseconds of processor time to skip and to print one.
#include <time.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "state/encode/encode.h"
#include "state/types/avro_schema.h"
#include "state/types/logical_type.h"
#include "state/values/values.h"

namespace {

using namespace checkpointfs::state;

double processor_ns() {
  struct timespec now = {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

TypePtr type_of(TypeKind kind, std::vector<TypeMember> members = {}) {
  Type type;
  type.kind = kind;
  type.members = std::move(members);
  return std::make_shared<const Type>(std::move(type));
}

std::shared_ptr<const LogicalType> sql_of(SqlKind kind) {
  LogicalType type;
  type.kind = kind;
  return std::make_shared<const LogicalType>(type);
}

TypePtr row_type() {
  LogicalType row;
  row.kind = SqlKind::kRow;
  row.members = {{"f0", sql_of(SqlKind::kBigInt)},
                 {"f1", sql_of(SqlKind::kVarChar)},
                 {"f2", sql_of(SqlKind::kDouble)},
                 {"f3", sql_of(SqlKind::kTimestamp)}};
  Type type;
  type.kind = TypeKind::kRowData;
  type.sql = std::make_shared<const LogicalType>(std::move(row));
  return std::make_shared<const Type>(std::move(type));
}

TypePtr avro_type() {
  Type type;
  type.kind = TypeKind::kAvro;
  type.avro = *parse_avro_schema(
      R"({"type":"record","name":"R","fields":[{"name":"id","type":"long"},{"name":"name","type":["null","string"]},
          {"name":"price","type":"double"}]})");
  return std::make_shared<const Type>(std::move(type));
}

struct Case {
  const char* name;
  TypePtr type;
  const char* json;
};

std::vector<Case> cases() {
  const TypePtr number = type_of(TypeKind::kLong);
  const TypePtr text = type_of(TypeKind::kString);
  const TypePtr real = type_of(TypeKind::kDouble);
  return {{"long", number, "1700000000000"},
          {"string", text, R"("user-1234567")"},
          {"string-umlauts", text, R"("Käuferübersicht")"},
          {"tuple", type_of(TypeKind::kTuple, {{"f0", text}, {"f1", number}}), R"(["user-1234567",42])"},
          {"pojo",
           type_of(TypeKind::kPojo, {{"count", number}, {"name", text}, {"price", real}, {"time", number}}),
           R"({"count":3,"name":"user-1234567","price":12.34,"time":1700000000000})"},
          {"list", type_of(TypeKind::kList, {{"", number}}),
           "[1,22,333,4444,55555,666666,7777777,88888888,999999999,0]"},
          {"map", type_of(TypeKind::kMap, {{"", text}, {"", number}}),
           R"({"alpha":1,"beta":2,"gamma":3,"delta":4})"},
          {"row", row_type(),
           R"({"$kind":"+I","f0":42,"f1":"user-1234567","f2":12.34,"f3":"2024-01-31T12:34:56.789"})"},
          {"avro", avro_type(), R"({"id":42,"name":"user-1234567","price":12.34})"}};
}

// Nanoseconds for each value. Exits if a value cannot be read.
template <typename Read>
double time_of(const std::string& bytes, const Read& read) {
  uint64_t values = 0;
  const double before = processor_ns();
  Input in(bytes);
  for (; !in.at_end(); ++values) {
    if (read(in) != Outcome::kRead) std::exit(1);
  }
  return (processor_ns() - before) / static_cast<double>(values);
}

}  // namespace

int main(int argc, char** argv) {
  const size_t size = (argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 64) << 20;
  std::cout << "type bytes skip_ns print_ns\n";
  for (const Case& each : cases()) {
    const auto value = value_from_json(each.json, *each.type);
    if (!value.has_value()) {
      std::cerr << "value-time: " << each.name << ": " << to_string(value.error()) << '\n';
      return 1;
    }
    std::string bytes;
    while (bytes.size() < size) bytes += *value;
    std::string line;
    const double skip = time_of(bytes, [&](Input& in) { return skip_value(in, *each.type); });
    const double print = time_of(bytes, [&](Input& in) {
      line.clear();
      return append_json(in, *each.type, {}, line);
    });
    if (line != each.json) {
      std::cerr << "value-time: " << each.name << " is printed as " << line << '\n';
      return 1;
    }
    std::cout << each.name << ' ' << value->size() << ' ' << skip << ' ' << print << '\n';
  }
}
