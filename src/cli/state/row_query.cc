// SPDX-License-Identifier: Apache-2.0
#include "cli/state/row_query.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/numbers.h"
#include "cli/arguments/options.h"

namespace checkpointfs::cli {
namespace {

constexpr std::array kEntryOptions = {"hex", "int64", "key", "key-group", "keys-only", "limit"};

[[noreturn]] void refuse(std::string_view option, const std::string& text, std::string_view expected) {
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("--{}={} is not {}", option, base::printable(text), expected));
}

state::KeyGroups parse_key_groups(const std::string& text) {
  const std::string_view view = text;
  const size_t dash = view.find('-');
  const auto first = base::parse_number<int32_t>(view.substr(0, dash));
  const auto last =
      dash == std::string_view::npos ? first : base::parse_number<int32_t>(view.substr(dash + 1));
  if (!first || !last || *last < *first)
    refuse("key-group", text, "a range of key groups such as 0-63, or 12");
  return {*first, *last};
}

state::RowStyle parse_style(const Invocation& invocation) {
  state::RowStyle style;
  if (invocation.has("keys-only")) style.fields = state::RowFields::kKeys;
  if (invocation.has("hex")) style.form = state::RowForm::kHex;
  if (const std::string form = invocation.text("int64"); form == "string") {
    style.json.int64_as_string = true;
  } else if (invocation.has("int64") && form != "number") {
    refuse("int64", form, "string or number");
  }
  return style;
}

}  // namespace

void add_row_options(OptionGroup& group) {
  add_flag(group, "count", "print only the number of lines");
  add_flag(group, "hex", "print the bytes of keys and values");
  add_value(group, "int64", "FORM",
            "print numbers of 64 bits as 'number' or as 'string', which jq cannot round");
  add_value(group, "key", "JSON", "print only the entries of this key");
  add_value(group, "key-group", "A-B", "print only the entries of the key groups A to B");
  add_flag(group, "keys-only", "print keys without values");
  add_value(group, "limit", "N", "print at most N lines");
}

RowQuery row_query(const Invocation& invocation, size_t first) {
  RowQuery query;
  query.operator_text = invocation.operands.at(first);
  if (invocation.operands.size() > first + 1) query.state = invocation.operands[first + 1];
  if (invocation.has("key")) query.key = invocation.text("key");
  if (invocation.has("key-group")) query.key_groups = parse_key_groups(invocation.text("key-group"));
  if (query.key && invocation.has("key-group")) {
    throw base::Failure(base::FailureKind::kUsage,
                        "--key and --key-group exclude each other, as a key is in one key group");
  }
  if (const std::string limit = invocation.text("limit"); invocation.has("limit")) {
    query.limit = base::parse_number<uint64_t>(limit);
    if (!query.limit) refuse("limit", limit, "a number");
  }
  query.style = parse_style(invocation);
  if (invocation.has("count")) query.output = RowOutput::kCount;
  return query;
}

bool has_entry_options(const Invocation& invocation) {
  return std::ranges::any_of(kEntryOptions, [&](const char* name) { return invocation.has(name); });
}

}  // namespace checkpointfs::cli
