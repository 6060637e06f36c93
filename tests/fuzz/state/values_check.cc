// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/state/values_check.h"

#include "base/text/format.h"
#include "base/text/message.h"
#include "state/encode/encode.h"
#include "state/types/readable.h"
#include "state/types/serializer_snapshot.h"
#include "state/values/values.h"
#include "tests/fuzz/state/entries_check.h"
#include "tests/unit/state/values/value_check.h"

namespace checkpointfs::fuzz {

std::string values_input(state::Writer writer, std::string_view snapshot, std::string_view value) {
  std::string input(1, writer == state::Writer::kFlink1 ? '\0' : '\1');
  input += snapshot;
  input += value;
  return input;
}

std::string check_values(std::string_view input) {
  if (input.empty()) return "";
  const state::Writer writer = (input.front() & 1) == 0 ? state::Writer::kFlink1 : state::Writer::kFlink2;
  input.remove_prefix(1);
  state::Input in(input);
  const state::TypePtr type = read_type(in, writer);
  if (!in.ok()) {
    if (in.error().offset > input.size()) return base::format("an error at offset {}", in.error().offset);
    const std::string text = to_string(in.error());
    return base::printable(text) == text ? check_error(in.error()) : "an error that cannot be printed";
  }
  if (to_string(*type).empty()) return "a type without a name";
  if ((readable(*type) == state::Readable::kYes) != unreadable_reason(*type).empty()) {
    return "a reason for a readable type, or none for another one";
  }
  const std::string_view value = input.substr(in.offset());
  std::string json;
  // Fields of one name lose their values on this way, so that the bytes are not compared.
  if (!append_framed_json(value, *type, {}, json)) (void)value_from_json(json, *type);
  return test::broken_promise(value, *type);
}

}  // namespace checkpointfs::fuzz
