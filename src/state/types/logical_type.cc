// SPDX-License-Identifier: Apache-2.0
#include "state/types/logical_type.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "state/types/java_objects.h"

namespace checkpointfs::state {
namespace {

constexpr std::string_view kPackage = "org.apache.flink.table.types.logical.";
constexpr int kMostSqlDepth = 64;
// Java's objects may share others: what is small there may be huge as a tree.
constexpr int kMostSqlTypes = 1 << 16;
constexpr int32_t kUnbounded = INT32_MAX;  // VarCharType.MAX_LENGTH

struct SqlName {
  std::string_view class_name;
  SqlKind kind;
  std::string_view text;
};

constexpr std::array kSqlNames = {
    SqlName{"BooleanType", SqlKind::kBoolean, "BOOLEAN"},
    SqlName{"TinyIntType", SqlKind::kTinyInt, "TINYINT"},
    SqlName{"SmallIntType", SqlKind::kSmallInt, "SMALLINT"},
    SqlName{"IntType", SqlKind::kInt, "INT"},
    SqlName{"BigIntType", SqlKind::kBigInt, "BIGINT"},
    SqlName{"FloatType", SqlKind::kFloat, "FLOAT"},
    SqlName{"DoubleType", SqlKind::kDouble, "DOUBLE"},
    SqlName{"DecimalType", SqlKind::kDecimal, "DECIMAL"},
    SqlName{"DateType", SqlKind::kDate, "DATE"},
    SqlName{"TimeType", SqlKind::kTime, "TIME"},
    SqlName{"TimestampType", SqlKind::kTimestamp, "TIMESTAMP"},
    SqlName{"LocalZonedTimestampType", SqlKind::kLocalZonedTimestamp, "TIMESTAMP_LTZ"},
    SqlName{"ZonedTimestampType", SqlKind::kZonedTimestamp, "TIMESTAMP_TZ"},
    SqlName{"YearMonthIntervalType", SqlKind::kIntervalYearMonth, "INTERVAL YEAR TO MONTH"},
    SqlName{"DayTimeIntervalType", SqlKind::kIntervalDayTime, "INTERVAL DAY TO SECOND"},
    SqlName{"CharType", SqlKind::kChar, "CHAR"},
    SqlName{"VarCharType", SqlKind::kVarChar, "VARCHAR"},
    SqlName{"BinaryType", SqlKind::kBinary, "BINARY"},
    SqlName{"VarBinaryType", SqlKind::kVarBinary, "VARBINARY"},
    SqlName{"ArrayType", SqlKind::kArray, "ARRAY"},
    SqlName{"MultisetType", SqlKind::kMultiset, "MULTISET"},
    SqlName{"MapType", SqlKind::kMap, "MAP"},
    SqlName{"RowType", SqlKind::kRow, "ROW"},
    SqlName{"StructuredType", SqlKind::kRow, "ROW"},
    SqlName{"RawType", SqlKind::kRaw, "RAW"},
    SqlName{"TypeInformationRawType", SqlKind::kRaw, "RAW"},
    SqlName{"NullType", SqlKind::kNull, "NULL"},
};

std::string_view text_of(SqlKind kind) {
  const auto* found =
      std::find_if(kSqlNames.begin(), kSqlNames.end(), [&](const SqlName& n) { return n.kind == kind; });
  return found == kSqlNames.end() ? std::string_view() : found->text;
}

int32_t number_in(const JavaNode& node, std::string_view field) {
  const JavaValue* value = node.field(field);
  return value == nullptr ? 0 : static_cast<int32_t>(value->number);
}

// Converts Java's objects. An error has no place of its own: it belongs to the whole stream.
class LogicalTypes {
 public:
  std::shared_ptr<const LogicalType> convert(const JavaNode* node);
  const std::optional<std::string>& error() const { return error_; }

 private:
  void details(const JavaNode& node, LogicalType& type);
  void members(const JavaNode& node, LogicalType& type);
  void fields_of(const JavaNode& node, LogicalType& type);
  void fail(std::string reason) {
    if (!error_) error_ = std::move(reason);
  }

  int types_ = 0;
  int depth_ = 0;
  std::optional<std::string> error_;
};

// The elements of java.util's lists: ArrayList and List.of() add them to their data, others have them in a
// field.
const std::vector<const JavaNode*>* list_elements(const JavaNode* list) {
  for (int depth = 0; list != nullptr && depth < 8; ++depth) {
    if (list->kind == JavaNode::Kind::kArray) return &list->elements;
    const JavaNode* inner = nullptr;
    for (const std::string_view field : {"list", "c", "a"}) {
      if (inner == nullptr) inner = list->object(field);
    }
    if (inner == nullptr) return &list->elements;
    list = inner;
  }
  return nullptr;
}

std::shared_ptr<const LogicalType> LogicalTypes::convert(const JavaNode* node) {
  auto type = std::make_shared<LogicalType>();
  if (node == nullptr) {
    fail("null instead of a type of SQL");
  } else if (++types_ > kMostSqlTypes) {
    fail(base::format("more than {} types", kMostSqlTypes));
  } else if (depth_ >= kMostSqlDepth) {
    fail(base::format("types nested more than {} deep", kMostSqlDepth));
  }
  if (error_) return type;
  ++depth_;
  details(*node, *type);
  --depth_;
  return type;
}

void LogicalTypes::details(const JavaNode& node, LogicalType& type) {
  const bool known = node.class_name.starts_with(kPackage);
  const std::string_view name = known ? node.class_name.substr(kPackage.size()) : std::string_view();
  if (name == "DistinctType") {
    // A name for another type.
    type = *convert(node.object("sourceType"));
  } else {
    const auto* found = std::find_if(kSqlNames.begin(), kSqlNames.end(),
                                     [&](const SqlName& n) { return n.class_name == name; });
    type.kind = found == kSqlNames.end() ? SqlKind::kUnknown : found->kind;
    type.precision = number_in(node, "precision");
    type.scale = number_in(node, "scale");
    type.length = number_in(node, "length");
    members(node, type);
  }
  const JavaValue* nullable = node.field("isNullable");
  type.nullable = nullable == nullptr || nullable->number != 0;
}

void LogicalTypes::members(const JavaNode& node, LogicalType& type) {
  if (type.kind == SqlKind::kUnknown) type.class_name = node.class_name;
  if (type.kind == SqlKind::kRaw) {
    const JavaNode* described = node.object("clazz");
    if (described != nullptr) type.class_name = described->class_name;
  }
  if (type.kind == SqlKind::kArray || type.kind == SqlKind::kMultiset) {
    type.members.push_back({"element", convert(node.object("elementType"))});
  }
  if (type.kind == SqlKind::kMap) {
    type.members.push_back({"key", convert(node.object("keyType"))});
    type.members.push_back({"value", convert(node.object("valueType"))});
  }
  if (type.kind == SqlKind::kRow) fields_of(node, type);
}

// Fields of a row, or the attributes of a structured type: first those of its supertype.
void LogicalTypes::fields_of(const JavaNode& node, LogicalType& type) {
  if (const JavaNode* super = node.object("superType"); super != nullptr) {
    type.members = convert(super)->members;
  }
  const JavaNode* list = node.object("fields");
  if (list == nullptr) list = node.object("attributes");
  const std::vector<const JavaNode*>* elements = list_elements(list);
  if (elements == nullptr) return fail("a row without fields");
  for (const JavaNode* field : *elements) {
    if (error_) return;
    const JavaNode* name = field == nullptr ? nullptr : field->object("name");
    if (name == nullptr) return fail("a field of a row without a name");
    std::optional<std::string> text = base::utf8_from_modified(name->text);
    if (!text) return fail("the name of a field is not modified UTF-8");
    type.members.push_back({*std::move(text), convert(field->object("type"))});
  }
}

void append(const LogicalType& type, std::string& out);

void append_members(const LogicalType& type, std::string& out) {
  out += '<';
  for (size_t i = 0; i < type.members.size(); ++i) {
    if (i > 0) out += ", ";
    if (type.kind == SqlKind::kRow) out += type.members[i].name + " ";
    append(*type.members[i].type, out);
  }
  out += '>';
}

void append(const LogicalType& type, std::string& out) {
  const std::string_view name = text_of(type.kind);
  switch (type.kind) {
    case SqlKind::kUnknown:
      out += type.class_name;
      break;
    case SqlKind::kDecimal:
      out += base::format("DECIMAL({}, {})", type.precision, type.scale);
      break;
    case SqlKind::kTime:
    case SqlKind::kTimestamp:
    case SqlKind::kLocalZonedTimestamp:
    case SqlKind::kZonedTimestamp:
      out += base::format("{}({})", name, type.precision);
      break;
    case SqlKind::kChar:
    case SqlKind::kVarChar:
    case SqlKind::kBinary:
    case SqlKind::kVarBinary:
      if (type.length == kUnbounded) {
        out += type.kind == SqlKind::kVarChar || type.kind == SqlKind::kChar ? "STRING" : "BYTES";
      } else {
        out += base::format("{}({})", name, type.length);
      }
      break;
    case SqlKind::kArray:
    case SqlKind::kMultiset:
    case SqlKind::kMap:
    case SqlKind::kRow:
      out += name;
      append_members(type, out);
      break;
    case SqlKind::kRaw:
      out += type.class_name.empty() ? std::string(name) : base::format("RAW<{}>", type.class_name);
      break;
    case SqlKind::kBoolean:
    case SqlKind::kTinyInt:
    case SqlKind::kSmallInt:
    case SqlKind::kInt:
    case SqlKind::kBigInt:
    case SqlKind::kFloat:
    case SqlKind::kDouble:
    case SqlKind::kDate:
    case SqlKind::kIntervalYearMonth:
    case SqlKind::kIntervalDayTime:
    case SqlKind::kNull:
      out += name;
      break;
  }
  if (!type.nullable) out += " NOT NULL";
}

}  // namespace

std::string to_string(const LogicalType& type) {
  std::string out;
  append(type, out);
  return out;
}

std::shared_ptr<const LogicalType> read_logical_type(Input& in) {
  const uint64_t start = in.offset();
  const JavaObjects objects = read_java_object(in);
  if (!in.ok()) return std::make_shared<LogicalType>();
  LogicalTypes types;
  std::shared_ptr<const LogicalType> type = types.convert(objects.root);
  if (types.error()) in.fail(start, "logical_type", *types.error());
  return type;
}

}  // namespace checkpointfs::state
