// SPDX-License-Identifier: Apache-2.0
#include "state/types/pojo_snapshot.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"

namespace checkpointfs::state {
namespace {

constexpr int64_t kOptionalMapMagic = 0x000004F2C69A3D70;
constexpr uint64_t kLeastEntry = 4;  // UTF, two flags
constexpr int32_t kNoSerializer = 0;

// A frame, and its offset.
struct Frame {
  std::string_view bytes;
  uint64_t offset = 0;
};

std::optional<Frame> read_frame(Input& in, const char* field) {
  if (!in.boolean(field)) return std::nullopt;
  const uint32_t length = in.count(1, field);
  const uint64_t offset = in.offset();
  return Frame{in.bytes(length, field), offset};
}

// LinkedOptionalMapSerializer:
//   long 0x4F2C69A3D70 | int n | n x (UTF name | optional key | optional value)
//   optional: 0 | 1, int length, bytes
// `entry` gets each name and value.
void read_optional_map(SnapshotBody& body,
                       const std::function<void(std::string, std::optional<Frame>)>& entry) {
  const uint64_t start = body.in.offset();
  if (body.in.i64("map_magic") != kOptionalMapMagic) {
    body.in.fail(start, "map_magic",
                 base::format("no map of {} begins here", base::printable(body.snapshot_class)));
  }
  const uint32_t count = body.in.count(kLeastEntry, "map");
  for (uint32_t i = 0; i < count; ++i) {
    std::string name = body.text("map_name");
    read_frame(body.in, "map_key");
    const std::optional<Frame> value = read_frame(body.in, "map_value");
    if (!body.in.ok()) return;
    entry(std::move(name), value);
  }
}

TypePtr framed_type(const SnapshotBody& body, const std::optional<Frame>& frame) {
  return frame ? body.framed(frame->bytes, frame->offset) : opaque_type({});
}

// KryoRegistration: UTF class | int 0, or 1 and UTF serializer class, or 2 and a Java object
bool has_no_serializer(const std::optional<Frame>& frame) {
  if (!frame) return false;
  Input in(frame->bytes, frame->offset);
  in.utf("class");
  return in.i32("serializer") == kNoSerializer && in.ok() && in.at_end();
}

}  // namespace

TypePtr read_pojo(SnapshotBody& body) {
  auto type = std::make_shared<Type>();
  type->kind = TypeKind::kPojo;
  type->snapshot_class = body.snapshot_class;
  type->class_name = body.text("class");
  read_optional_map(body, [&](std::string name, const std::optional<Frame>& value) {
    type->members.push_back({std::move(name), framed_type(body, value)});
  });
  for (const bool registered : {true, false}) {
    read_optional_map(body, [&](std::string name, const std::optional<Frame>& value) {
      type->subclasses.push_back({std::move(name), framed_type(body, value), registered});
    });
  }
  return type;
}

TypePtr read_kryo(SnapshotBody& body) {
  auto type = std::make_shared<Type>();
  type->kind = TypeKind::kKryo;
  type->snapshot_class = body.snapshot_class;
  type->kryo5 = body.writer == Writer::kFlink2;
  type->class_name = body.text("class");
  read_optional_map(body, [&](std::string name, const std::optional<Frame>& value) {
    type->names.push_back(has_no_serializer(value) ? std::move(name) : std::string());
  });
  for (int map = 0; map < 2; ++map) {
    read_optional_map(body, [&](std::string name, const std::optional<Frame>&) {
      type->kryo_defaults.push_back(std::move(name));
    });
  }
  return type;
}

}  // namespace checkpointfs::state
