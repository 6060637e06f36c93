// SPDX-License-Identifier: Apache-2.0
// A schema of Avro, from its JSON text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"

namespace checkpointfs::state {

enum class AvroKind : uint8_t {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kBytes,
  kString,
  kFixed,   // `size`
  kEnum,    // `symbols`
  kArray,   // members: the item
  kMap,     // members: the value
  kUnion,   // members: the branches
  kRecord,  // members: the fields
};

// Named types may refer to themselves, so members point into the schema that owns all nodes.
struct AvroNode {
  struct Member {
    std::string name;
    const AvroNode* node = nullptr;
  };
  AvroKind kind = AvroKind::kNull;
  std::string name;  // full name of a named type
  std::vector<Member> members;
  std::vector<std::string> symbols;
  uint64_t size = 0;
};

struct AvroSchema {
  std::vector<std::unique_ptr<const AvroNode>> nodes;
  const AvroNode* root = nullptr;
};

// Parses the text of a schema: named types, name spaces, references by name. Logical types are ignored.
base::Result<std::shared_ptr<const AvroSchema>> parse_avro_schema(std::string_view text);

}  // namespace checkpointfs::state
