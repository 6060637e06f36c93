// SPDX-License-Identifier: Apache-2.0
#include "state/types/avro_schema.h"

#include <array>
#include <map>
#include <optional>
#include <utility>

#include <boost/json.hpp>

#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

namespace json = boost::json;

// The first bounds schemas in schemas, the second their JSON.
constexpr int kMostAvroDepth = 64;
constexpr size_t kMostAvroJsonDepth = 256;

struct AvroName {
  std::string_view text;
  AvroKind kind;
};

constexpr std::array kPrimitives = {
    AvroName{"null", AvroKind::kNull},   AvroName{"boolean", AvroKind::kBoolean},
    AvroName{"int", AvroKind::kInt},     AvroName{"long", AvroKind::kLong},
    AvroName{"float", AvroKind::kFloat}, AvroName{"double", AvroKind::kDouble},
    AvroName{"bytes", AvroKind::kBytes}, AvroName{"string", AvroKind::kString},
};
constexpr std::array kComplex = {
    AvroName{"record", AvroKind::kRecord}, AvroName{"error", AvroKind::kRecord},
    AvroName{"enum", AvroKind::kEnum},     AvroName{"fixed", AvroKind::kFixed},
    AvroName{"array", AvroKind::kArray},   AvroName{"map", AvroKind::kMap},
};

template <size_t N>
std::optional<AvroKind> kind_named(const std::array<AvroName, N>& names, std::string_view text) {
  for (const AvroName& name : names) {
    if (name.text == text) return name.kind;
  }
  return std::nullopt;
}

std::string_view view_of(const json::string& text) {
  return {text.data(), text.size()};
}

class AvroParser {
 public:
  explicit AvroParser(AvroSchema& schema) : schema_(schema) {}

  // `name_space`: of the enclosing named type. After an error any node.
  const AvroNode* node(const json::value& value, std::string_view name_space);
  const std::optional<std::string>& error() const { return error_; }

 private:
  const AvroNode* reference(std::string_view name, std::string_view name_space);
  const AvroNode* primitive(AvroKind kind);
  const AvroNode* union_of(const json::array& branches, std::string_view name_space);
  const AvroNode* object(const json::object& object, std::string_view name_space);
  void details(AvroNode& node, const json::object& object, std::string_view name_space);
  void named(AvroNode& node, const json::object& object, std::string_view name_space);
  void fields(AvroNode& node, const json::object& object);
  AvroNode* add(AvroKind kind);
  std::string_view text(const json::object& object, std::string_view key);
  const json::array& array(const json::object& object, std::string_view key);
  const json::value& required(const json::object& object, std::string_view key);
  void fail(std::string reason) {
    if (!error_) error_ = std::move(reason);
  }

  AvroSchema& schema_;
  std::map<std::string, const AvroNode*, std::less<>> named_;
  std::optional<std::string> error_;
  int depth_ = 0;
};

AvroNode* AvroParser::add(AvroKind kind) {
  auto node = std::make_unique<AvroNode>();
  node->kind = kind;
  AvroNode* added = node.get();
  schema_.nodes.push_back(std::move(node));
  return added;
}

const AvroNode* AvroParser::node(const json::value& value, std::string_view name_space) {
  if (depth_ >= kMostAvroDepth) fail(base::format("schemas nested more than {} deep", kMostAvroDepth));
  const AvroNode* found = nullptr;
  ++depth_;
  if (error_) {
    found = primitive(AvroKind::kNull);
  } else if (const auto* name = value.if_string()) {
    found = reference(view_of(*name), name_space);
  } else if (const auto* branches = value.if_array()) {
    found = union_of(*branches, name_space);
  } else if (const auto* described = value.if_object()) {
    found = object(*described, name_space);
  } else {
    fail("a schema that is no string, list or object");
    found = primitive(AvroKind::kNull);
  }
  --depth_;
  return found;
}

const AvroNode* AvroParser::primitive(AvroKind kind) {
  return add(kind);
}

// A primitive type, or the name of a type that was defined before.
const AvroNode* AvroParser::reference(std::string_view name, std::string_view name_space) {
  if (const auto kind = kind_named(kPrimitives, name)) return primitive(*kind);
  const bool full = name_space.empty() || name.find('.') != std::string_view::npos;
  auto found = named_.find(full ? std::string(name) : base::format("{}.{}", name_space, name));
  if (found == named_.end()) found = named_.find(name);
  if (found != named_.end()) return found->second;
  fail(base::format("no type {} was defined before", base::printable(name)));
  return primitive(AvroKind::kNull);
}

const AvroNode* AvroParser::union_of(const json::array& branches, std::string_view name_space) {
  AvroNode* added = add(AvroKind::kUnion);
  for (const json::value& branch : branches) added->members.push_back({{}, node(branch, name_space)});
  return added;
}

const AvroNode* AvroParser::object(const json::object& object, std::string_view name_space) {
  const json::value& type = required(object, "type");
  const auto* name = type.if_string();
  // {"type": {...}}: the schema inside.
  if (name == nullptr) return node(type, name_space);
  const auto kind = kind_named(kComplex, view_of(*name));
  if (!kind) return reference(view_of(*name), name_space);
  AvroNode* added = add(*kind);
  details(*added, object, name_space);
  return added;
}

void AvroParser::details(AvroNode& added, const json::object& object, std::string_view name_space) {
  switch (added.kind) {
    case AvroKind::kArray:
      added.members.push_back({"items", node(required(object, "items"), name_space)});
      break;
    case AvroKind::kMap:
      added.members.push_back({"values", node(required(object, "values"), name_space)});
      break;
    case AvroKind::kFixed: {
      named(added, object, name_space);
      const json::value& size = required(object, "size");
      if (const auto* number = size.if_int64(); number != nullptr && *number >= 0 && *number <= INT32_MAX) {
        added.size = static_cast<uint64_t>(*number);
      } else {
        fail("the size of a fixed type is not a positive number");
      }
      break;
    }
    case AvroKind::kEnum:
      named(added, object, name_space);
      for (const json::value& symbol : array(object, "symbols")) {
        const auto* name = symbol.if_string();
        if (name == nullptr) fail("a symbol of an enum that is no string");
        added.symbols.emplace_back(name == nullptr ? std::string_view() : view_of(*name));
      }
      break;
    case AvroKind::kRecord:
      named(added, object, name_space);
      fields(added, object);
      break;
    case AvroKind::kNull:
    case AvroKind::kBoolean:
    case AvroKind::kInt:
    case AvroKind::kLong:
    case AvroKind::kFloat:
    case AvroKind::kDouble:
    case AvroKind::kBytes:
    case AvroKind::kString:
    case AvroKind::kUnion:
      break;
  }
}

// A name with dots has its name space in it; an empty name space is none.
void AvroParser::named(AvroNode& added, const json::object& object, std::string_view name_space) {
  const std::string_view name = text(object, "name");
  const auto* own = object.if_contains("namespace");
  const auto* own_text = own == nullptr ? nullptr : own->if_string();
  if (own_text != nullptr) name_space = view_of(*own_text);
  const bool full = name_space.empty() || name.find('.') != std::string_view::npos;
  added.name = full ? std::string(name) : base::format("{}.{}", name_space, name);
  if (!named_.emplace(added.name, &added).second)
    fail(base::format("two types are named {}", base::printable(added.name)));
}

void AvroParser::fields(AvroNode& added, const json::object& object) {
  const size_t dot = added.name.rfind('.');
  const std::string name_space = dot == std::string::npos ? std::string() : added.name.substr(0, dot);
  for (const json::value& field : array(object, "fields")) {
    const auto* described = field.if_object();
    if (described == nullptr) return fail("a field of a record that is no object");
    const std::string_view name = text(*described, "name");
    added.members.push_back({std::string(name), node(required(*described, "type"), name_space)});
    if (error_) return;
  }
}

const json::value& AvroParser::required(const json::object& object, std::string_view key) {
  static const json::value kNothing;
  if (const json::value* found = object.if_contains(json::string_view(key.data(), key.size()))) return *found;
  fail(base::format("a schema without \"{}\"", key));
  return kNothing;
}

std::string_view AvroParser::text(const json::object& object, std::string_view key) {
  const auto* found = required(object, key).if_string();
  if (found != nullptr) return view_of(*found);
  fail(base::format("\"{}\" of a schema is no string", key));
  return {};
}

const json::array& AvroParser::array(const json::object& object, std::string_view key) {
  static const json::array kNothing;
  if (const auto* found = required(object, key).if_array()) return *found;
  fail(base::format("\"{}\" of a schema is no list", key));
  return kNothing;
}

}  // namespace

base::Result<std::shared_ptr<const AvroSchema>> parse_avro_schema(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMostAvroJsonDepth;
  boost::system::error_code code;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), code, {}, options);
  if (code) return base::InputError{0, "avro_schema", code.message(), false};
  auto schema = std::make_shared<AvroSchema>();
  AvroParser parser(*schema);
  schema->root = parser.node(value, {});
  if (parser.error()) return base::InputError{0, "avro_schema", *parser.error(), false};
  return std::shared_ptr<const AvroSchema>(std::move(schema));
}

}  // namespace checkpointfs::state
