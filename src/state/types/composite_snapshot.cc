// SPDX-License-Identifier: Apache-2.0
#include "state/types/composite_snapshot.h"

#include <memory>
#include <string_view>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "state/types/java_objects.h"

namespace checkpointfs::state {
namespace {

using namespace std::string_view_literals;

constexpr int32_t kCompositeVersion = 3;
constexpr int32_t kCompositeMagic = 911108;
constexpr std::string_view kCompositeMagicBytes = "\x00\x0D\xE7\x04"sv;
constexpr int32_t kNestedMagic = 1333245;
constexpr int32_t kNestedVersion = 1;
constexpr std::string_view kNestedBytes = "\x00\x14\x57\xFD\x00\x00\x00\x01"sv;
constexpr uint64_t kMostOuter = uint64_t{1} << 20;
constexpr uint64_t kLeastSnapshot = 6;  // UTF, int

void read_outer(SnapshotBody& body, const SnapshotClass& known, int32_t version, Type& type) {
  switch (known.outer) {
    case OuterSnapshot::kNone:
      break;
    case OuterSnapshot::kClass:
      type.class_name = body.text("class");
      break;
    case OuterSnapshot::kSource:
      body.in.utf("source");
      break;
    case OuterSnapshot::kPadding:
      type.size = body.in.i32("padding");
      if (type.size < 0) body.in.fail("padding", base::format("negative length {}", type.size));
      break;
    case OuterSnapshot::kFlag:
      type.flag = version >= known.flag_since ? body.in.boolean("flag") : version >= known.true_since;
      break;
    case OuterSnapshot::kExternal:
      read_java_object(body.in);
      body.in.boolean("is_internal_input");
      break;
  }
}

TypePtr with_members(const SnapshotClass& known, std::shared_ptr<Type> type,
                     const std::vector<TypePtr>& nested) {
  const bool fields = known.nested == NestedSnapshots::kFields;
  if (!fields && nested.size() != known.count) {
    // Another form than the one that is known.
    return opaque_type(type->snapshot_class);
  }
  if (known.nested == NestedSnapshots::kWrapped) return nested[0];
  for (size_t i = 0; i < nested.size(); ++i) {
    if (fields) {
      type->members.push_back({base::format("f{}", i), nested[i]});
    } else if (known.members[i] != nullptr) {
      type->members.push_back({known.members[i], nested[i]});
    }
  }
  return type;
}

}  // namespace

TypePtr read_composite(SnapshotBody& body, const SnapshotClass& known) {
  auto type = std::make_shared<Type>();
  type->kind = known.kind;
  type->snapshot_class = body.snapshot_class;
  int32_t outer_version = body.version;
  if (body.version > kCompositeVersion) {
    body.fail(
        base::format("version {} of {} is unknown", body.version, base::printable(body.snapshot_class)));
  } else if (body.version == kCompositeVersion) {
    const uint64_t offset = body.in.offset();
    if (body.in.i32("composite_magic") != kCompositeMagic) {
      body.in.fail(offset, "composite_magic",
                   base::format("{} is no composite", base::printable(body.snapshot_class)));
    }
    outer_version = body.in.i32("outer_version");
  }
  read_outer(body, known, outer_version, *type);
  const std::vector<TypePtr> nested = read_nested_snapshots(body);
  return body.in.ok() ? with_members(known, std::move(type), nested) : opaque_type(body.snapshot_class);
}

std::vector<TypePtr> read_nested_snapshots(SnapshotBody& body) {
  const uint64_t offset = body.in.offset();
  const int32_t magic = body.in.i32("nested_magic");
  const int32_t version = body.in.i32("nested_version");
  if (magic != kNestedMagic || version != kNestedVersion) {
    body.in.fail(offset, "nested_magic",
                 base::format("{} has no nested serializers here", base::printable(body.snapshot_class)));
  }
  std::vector<TypePtr> nested;
  const uint32_t count = body.in.count(kLeastSnapshot, "nested_serializers");
  for (uint32_t i = 0; i < count && body.in.ok(); ++i) nested.push_back(body.nested());
  return nested;
}

bool skip_unknown_composite(SnapshotBody& body) {
  if (body.in.peek(kCompositeMagicBytes.size()).substr(0, kCompositeMagicBytes.size()) !=
      kCompositeMagicBytes) {
    return false;
  }
  for (uint64_t most = uint64_t{4} << 10; most <= kMostOuter; most *= 4) {
    const std::string_view ahead = body.in.peek(most);
    const size_t found = ahead.find(kNestedBytes);
    if (found != std::string_view::npos) {
      body.in.skip(found, "outer_snapshot");
      read_nested_snapshots(body);
      return true;
    }
    if (ahead.size() < most) break;
  }
  return false;
}

}  // namespace checkpointfs::state
