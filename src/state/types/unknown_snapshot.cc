// SPDX-License-Identifier: Apache-2.0
#include "state/types/unknown_snapshot.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "state/types/composite_snapshot.h"

namespace checkpointfs::state {
namespace {

constexpr int32_t kSimpleVersion = 3;
constexpr int32_t kClassNameVersion = 2;
// Long enough for the name of a state and what follows.
constexpr uint64_t kAhead = uint64_t{8} << 10;

constexpr std::array<std::string_view, 4> kSerializerKeys = {"KEY_SERIALIZER", "NAMESPACE_SERIALIZER",
                                                             "USER_KEY_SERIALIZER", "VALUE_SERIALIZER"};

bool is_serializer_key(std::string_view text) {
  return std::find(kSerializerKeys.begin(), kSerializerKeys.end(), text) != kSerializerKeys.end();
}

bool is_class_name(std::string_view text) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
  };
  return text.size() >= 3 && text.find('.') != std::string_view::npos && text.front() != '.' &&
         text.back() != '.' && std::all_of(text.begin(), text.end(), is_part);
}

// SNAP
bool is_snapshot(std::string_view ahead) {
  Input in(ahead);
  const bool named = is_class_name(in.utf("class"));
  const int32_t version = in.i32("version");
  return in.ok() && named && version >= 0 && version < 100;
}

// UTF key | PSNAP
bool is_serializer(std::string_view ahead) {
  Input in(ahead);
  const bool known = is_serializer_key(in.utf("key"));
  return in.i32("version") == 2 && in.ok() && known;
}

// StateMetaInfoSnapshot: UTF name | int kind | int options | options x (UTF, UTF) | int serializers | ...
bool is_state(std::string_view ahead) {
  Input in(ahead);
  const bool named = base::utf8_from_modified(in.utf("name")).has_value();
  const int32_t kind = in.i32("kind");
  const int32_t options = in.i32("options");
  if (!in.ok() || !named || kind < 0 || kind > 4 || options < 0 || options > 1) return false;
  if (options == 1) {
    const std::string_view key = in.utf("option");
    if (key != "KEYED_STATE_TYPE" && key != "OPERATOR_STATE_DISTRIBUTION_MODE") return false;
    in.utf("value");
  }
  const int32_t serializers = in.i32("serializers");
  return serializers >= 1 && serializers <= 4 && is_serializer_key(in.utf("key")) && in.ok();
}

// short n | n states
bool is_states(std::string_view ahead) {
  Input in(ahead);
  const int16_t count = in.i16("states");
  if (!in.ok() || count < 0) return false;
  return count == 0 ? in.at_end() : is_state(ahead.substr(2));
}

// True if `body` bytes ahead the snapshot may end.
bool may_end_after(Input& in, size_t body) {
  const std::string_view ahead = in.peek(body + kAhead);
  return ahead.size() >= body && may_follow_snapshot(ahead.substr(body));
}

}  // namespace

bool may_follow_snapshot(std::string_view ahead) {
  return ahead.empty() || is_snapshot(ahead) || is_serializer(ahead) || is_state(ahead) || is_states(ahead);
}

TypePtr read_unknown(SnapshotBody& body) {
  auto type = std::make_shared<Type>();
  type->snapshot_class = body.snapshot_class;
  if (skip_unknown_composite(body)) return type;
  const bool simple = body.version == kSimpleVersion || body.version == kClassNameVersion;
  if (simple && may_end_after(body.in, 0)) return type;
  if (body.version == kClassNameVersion) {
    Input ahead(body.in.peek(2 + kAhead));
    const std::string_view name = ahead.utf("class");
    if (ahead.ok() && is_class_name(name) && may_end_after(body.in, 2 + name.size())) {
      type->class_name = body.text("class");
      return type;
    }
  }
  body.fail(
      base::format("{} is not known, and does not say where it ends", base::printable(body.snapshot_class)));
  return type;
}

}  // namespace checkpointfs::state
