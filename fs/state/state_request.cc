// SPDX-License-Identifier: Apache-2.0
#include "fs/state/state_request.h"

#include <array>
#include <charconv>
#include <utility>

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

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end && !text.empty();
}

// Arguments of programs hold no zero byte, names of states may.
std::string in_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

bool parse_hex(std::string_view text, std::string& bytes) {
  if (text.size() % 2 != 0) return false;
  bytes.clear();
  for (size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    const char* const end = text.data() + i + 2;
    const auto [at, error] = std::from_chars(text.data() + i, end, byte, 16);
    if (error != std::errc() || at != end) return false;
    bytes += static_cast<char>(byte);
  }
  return true;
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
          in_hex(request.state)};
}

std::optional<StateArguments> state_arguments(const std::vector<std::string>& arguments) {
  if (arguments.size() != kArguments) return std::nullopt;
  StateArguments parsed;
  parsed.index_file = arguments[0];
  parsed.snapshot.path = arguments[1];
  bool is_known = false;
  for (const auto& [text, name] : kTexts) {
    if (name != arguments[4]) continue;
    parsed.request.text = text;
    is_known = true;
  }
  const bool is_right = is_known && parse_number(arguments[2], parsed.snapshot.metadata_size) &&
                        parse_number(arguments[3], parsed.snapshot.metadata_mtime_ns) &&
                        parse_number(arguments[5], parsed.request.operator_index) &&
                        parse_hex(arguments[6], parsed.request.state);
  return is_right ? std::optional(parsed) : std::nullopt;
}

std::string to_text(const std::vector<KeyedName>& names) {
  std::string text;
  for (const KeyedName& name : names) {
    text += std::to_string(name.operator_index) + " " + std::to_string(name.state.size()) + " " + name.state +
            "\n";
  }
  return text;
}

std::optional<std::vector<KeyedName>> keyed_names_of(std::string_view text) {
  std::vector<KeyedName> names;
  // Cuts off the number before the next space.
  const auto take_number = [&](auto& number) {
    const size_t space = text.find(' ');
    if (space == std::string_view::npos || !parse_number(text.substr(0, space), number)) return false;
    text.remove_prefix(space + 1);
    return true;
  };
  while (!text.empty()) {
    KeyedName& name = names.emplace_back();
    size_t length = 0;
    if (!take_number(name.operator_index) || !take_number(length)) return std::nullopt;
    if (length >= text.size() || text[length] != '\n') return std::nullopt;
    name.state = text.substr(0, length);
    text.remove_prefix(length + 1);
  }
  return names;
}

}  // namespace checkpointfs::fs
