// SPDX-License-Identifier: Apache-2.0
// Serializer snapshots made by hand.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state/types/type.h"

namespace checkpointfs::test {

// UTF class | int version | body
std::string snapshot(std::string_view class_name, int version, std::string_view body = {});
// The snapshot of IntSerializer and the others of its kind: "Int", "String", ...
std::string base_snapshot(std::string_view name);
// The body of CompositeTypeSerializerSnapshot.
std::string composite_body(int outer_version, std::string_view outer, const std::vector<std::string>& nested);
// NestedSerializersSnapshotDelegate.
std::string nested_body(const std::vector<std::string>& nested);
// LinkedOptionalMap without keys: names and values.
std::string optional_map(const std::vector<std::pair<std::string, std::string>>& entries);
// The snapshot of PojoSerializer.
std::string pojo_snapshot(std::string_view class_name,
                          const std::vector<std::pair<std::string, std::string>>& fields,
                          const std::vector<std::pair<std::string, std::string>>& registered = {},
                          const std::vector<std::pair<std::string, std::string>>& others = {});

// The type that fills the bytes; a failure of the test if it cannot be read, or if bytes are left.
state::TypePtr type_of(std::string_view bytes);
// The text of the error; a failure of the test if there is none.
std::string error_of(std::string_view bytes);

}  // namespace checkpointfs::test
