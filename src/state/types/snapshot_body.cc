// SPDX-License-Identifier: Apache-2.0
#include "state/types/snapshot_body.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/text/modified_utf8.h"

namespace checkpointfs::state {

TypePtr SnapshotBody::framed(std::string_view frame, uint64_t offset) const {
  Input inside(frame, offset);
  TypePtr type = read(inside, writer, depth + 1);
  if (inside.ok() && inside.at_end()) return type;
  Input again(frame, offset);
  const std::optional<std::string> name = base::utf8_from_modified(again.utf("snapshot_class"));
  return opaque_type(name.value_or(std::string()));
}

std::string SnapshotBody::text(const char* field) {
  const uint64_t offset = in.offset();
  std::optional<std::string> text = base::utf8_from_modified(in.utf(field));
  if (text) return *std::move(text);
  in.fail(offset, field, "not modified UTF-8");
  return {};
}

TypePtr opaque_type(std::string snapshot_class) {
  auto type = std::make_shared<Type>();
  type->snapshot_class = std::move(snapshot_class);
  return type;
}

}  // namespace checkpointfs::state
