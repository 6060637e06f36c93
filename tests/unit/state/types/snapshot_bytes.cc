// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/types/snapshot_bytes.h"

#include <gtest/gtest.h>

#include "state/types/serializer_snapshot.h"
#include "tests/support/bytes.h"

namespace checkpointfs::test {

std::string snapshot(std::string_view class_name, int version, std::string_view body) {
  return Bytes().utf(class_name).i32(version).raw(body);
}

std::string base_snapshot(std::string_view name) {
  const std::string serializer = std::string(name) + "Serializer";
  return snapshot("org.apache.flink.api.common.typeutils.base." + serializer + "$" + serializer + "Snapshot",
                  3);
}

std::string composite_body(int outer_version, std::string_view outer,
                           const std::vector<std::string>& nested) {
  return Bytes().i32(911108).i32(outer_version).raw(outer).raw(nested_body(nested));
}

std::string nested_body(const std::vector<std::string>& nested) {
  Bytes body = Bytes().i32(1333245).i32(1).i32(static_cast<int64_t>(nested.size()));
  for (const std::string& each : nested) body.raw(each);
  return body;
}

std::string optional_map(const std::vector<std::pair<std::string, std::string>>& entries) {
  Bytes map = Bytes().i64(0x4F2C69A3D70).i32(static_cast<int64_t>(entries.size()));
  for (const auto& [name, value] : entries) map.utf(name).u8(0).u8(1).block(value);
  return map;
}

std::string pojo_snapshot(std::string_view class_name,
                          const std::vector<std::pair<std::string, std::string>>& fields,
                          const std::vector<std::pair<std::string, std::string>>& registered,
                          const std::vector<std::pair<std::string, std::string>>& others) {
  return snapshot("org.apache.flink.api.java.typeutils.runtime.PojoSerializerSnapshot", 2,
                  Bytes()
                      .utf(class_name)
                      .raw(optional_map(fields))
                      .raw(optional_map(registered))
                      .raw(optional_map(others))
                      .str());
}

state::TypePtr type_of(std::string_view bytes) {
  state::Input in(bytes);
  state::TypePtr type = state::read_type(in, state::Writer::kFlink1);
  EXPECT_TRUE(in.ok()) << to_string(in.error());
  EXPECT_TRUE(in.at_end());
  return type;
}

std::string error_of(std::string_view bytes) {
  state::Input in(bytes);
  state::read_type(in, state::Writer::kFlink1);
  EXPECT_FALSE(in.ok());
  return in.ok() ? std::string() : to_string(in.error());
}

}  // namespace checkpointfs::test
