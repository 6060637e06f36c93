// SPDX-License-Identifier: Apache-2.0
// Positions as text, for comparisons.
#pragma once

#include <string>
#include <vector>

#include "base/text/message.h"
#include "state/operators/positions.h"

namespace checkpointfs::test {

inline std::string text_of(const state::PositionValue& value) {
  if (const auto* const number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* const word = std::get_if<std::string>(&value)) return *word;
  return "-";
}

// "kafka reader orders/3 at 42 to -", with what else the position has.
inline std::string text_of(const state::Position& position) {
  std::string text = base::format("{} {} ", to_string(position.connector), to_string(position.place));
  if (position.connector == state::Connector::kUnrecognised) {
    return text + base::format("version {}, {} bytes", position.version, position.bytes.size());
  }
  if (!position.cluster.empty()) text += base::format("[{}] ", position.cluster);
  text += base::format("{}/{} at {} to {}", position.topic, text_of(position.partition),
                       text_of(position.offset), text_of(position.stopping_offset));
  if (position.records) text += base::format(" and {} records", *position.records);
  if (position.subtask) text += base::format(" in subtask {}", *position.subtask);
  if (position.source) text += base::format(" of source {}", *position.source);
  return text;
}

inline std::vector<std::string> texts_of(const std::vector<state::Position>& positions) {
  std::vector<std::string> texts;
  for (const state::Position& position : positions) texts.push_back(text_of(position));
  return texts;
}

}  // namespace checkpointfs::test
