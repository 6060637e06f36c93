// SPDX-License-Identifier: Apache-2.0
// The options of `state` that choose entries and their form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/arguments/command.h"
#include "state/snapshot/keyed_part.h"
#include "state/snapshot/keyed_rows.h"

namespace checkpointfs::cli {

enum class RowOutput : uint8_t { kLines, kCount };

// The entries that the user asked for.
struct RowQuery {
  std::string operator_text;         // a uid, a name, an id, or the beginning of one
  std::optional<std::string> state;  // nothing: all of the operator
  std::optional<std::string> key;    // JSON
  state::KeyGroups key_groups = {0, INT32_MAX};
  std::optional<uint64_t> limit;
  state::RowStyle style;
  RowOutput output = RowOutput::kLines;

  // True if operator state, which has no keys, is left out.
  bool is_keyed_only() const { return key || key_groups.first > 0 || key_groups.last < INT32_MAX; }
};

// Adds --count, --hex, --int64, --key, --key-group, --keys-only and --limit.
void add_row_options(OptionGroup& group);
// `first`: the operand that names the operator. Throws Failure(kUsage).
RowQuery row_query(const Invocation& invocation, size_t first);
// True if an option of add_row_options() other than --count was given.
bool has_entry_options(const Invocation& invocation);

}  // namespace checkpointfs::cli
