// SPDX-License-Identifier: Apache-2.0
#include "fs/state/state_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text/hex.h"
#include "base/text/message.h"
#include "base/text/numbers.h"

namespace checkpointfs::fs {
namespace {

constexpr std::array<std::pair<StateText, std::string_view>, 5> kTexts = {{
    {StateText::kStates, "states"},
    {StateText::kPositions, "positions"},
    {StateText::kOperatorState, "operator-state"},
    {StateText::kKeyedNames, "keyed-names"},
    {StateText::kKeyedState, "keyed-state"},
}};

constexpr size_t kArguments = 7;

std::string_view name_of(StateText text) {
  for (const auto& [of, name] : kTexts) {
    if (of == text) return name;
  }
  return {};
}

}  // namespace

StateSnapshot state_snapshot(const index::Snapshot& snapshot) {
  return {snapshot.path, snapshot.metadata_size, snapshot.metadata_mtime_ns};
}

std::vector<std::string> to_arguments(const StateArguments& arguments) {
  const auto& [index_file, snapshot, request] = arguments;
  return {index_file,
          snapshot.path,
          std::to_string(snapshot.metadata_size),
          std::to_string(snapshot.metadata_mtime_ns),
          std::string(name_of(request.text)),
          std::to_string(request.operator_index),
          base::hex_digits(request.state)};
}

std::optional<StateArguments> state_arguments(const std::vector<std::string>& arguments) {
  if (arguments.size() != kArguments) return std::nullopt;
  const auto* const text =
      std::ranges::find(kTexts, arguments[4], [](const auto& known) { return known.second; });
  const auto size = base::parse_number<uint64_t>(arguments[2]);
  const auto mtime_ns = base::parse_number<int64_t>(arguments[3]);
  const auto op = base::parse_number<uint32_t>(arguments[5]);
  // Arguments of programs hold no zero byte, names of states may.
  auto state = base::bytes_from_hex(arguments[6]);
  if (text == kTexts.end() || !size || !mtime_ns || !op || !state) return std::nullopt;
  return StateArguments{
      arguments[0], {arguments[1], *size, *mtime_ns}, {text->first, *op, *std::move(state)}};
}

std::string to_text(const std::vector<KeyedName>& names) {
  std::string text;
  for (const KeyedName& name : names)
    text += base::format("{} {}\n", name.operator_index, base::hex_digits(name.state));
  return text;
}

std::optional<std::vector<KeyedName>> keyed_names_of(std::string_view text) {
  std::vector<KeyedName> names;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t space = text.find(' ');
    if (end == std::string_view::npos || space > end) return std::nullopt;
    const auto op = base::parse_number<uint32_t>(text.substr(0, space));
    auto state = base::bytes_from_hex(text.substr(space + 1, end - space - 1));
    if (!op || !state) return std::nullopt;
    names.push_back({*op, *std::move(state)});
    text.remove_prefix(end + 1);
  }
  return names;
}

}  // namespace checkpointfs::fs
