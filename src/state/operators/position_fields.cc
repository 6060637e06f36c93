// SPDX-License-Identifier: Apache-2.0
#include "state/operators/position_fields.h"

#include "base/text/modified_utf8.h"

namespace checkpointfs::state {

std::string utf8_field(base::ByteCursor& in, const char* field) {
  const std::string_view written = in.utf(field);
  std::optional<std::string> text = base::utf8_from_modified(written);
  require(in, text.has_value(), field);
  return text ? std::move(*text) : "";
}

bool flag_field(base::ByteCursor& in, const char* field) {
  const uint8_t flag = in.u8(field);
  require(in, flag <= 1, field);
  return flag == 1;
}

PositionPlace status_field(base::ByteCursor& in) {
  const int32_t status = in.i32("status");
  require(in, status == 0 || status == 1, "status");
  return status == 0 ? PositionPlace::kAssigned : PositionPlace::kUnassigned;
}

void require(base::ByteCursor& in, bool fits, const char* field) {
  if (!fits) in.fail(field, "does not fit");
}

Position framed_split(base::ByteCursor& in, int32_t version, SplitReader read) {
  base::ByteCursor inner(in.block("split"));
  Position position = read(inner, version);
  require(in, inner.ok() && inner.at_end(), "split");
  return position;
}

}  // namespace checkpointfs::state
