// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/state/connectors_check.h"

#include <limits>
#include <memory>
#include <vector>

#include "state/bytes/state_bytes.h"
#include "state/operators/connectors.h"
#include "state/operators/legacy_kafka_positions.h"
#include "state/operators/operator_handle.h"
#include "state/operators/source_positions.h"
#include "tests/support/bytes.h"

namespace checkpointfs::fuzz {
namespace {

using state::Connector;
using state::Position;

// Kafka's sentinels, by their words.
int64_t kafka_offset(const state::PositionValue& value) {
  if (const auto* const number = std::get_if<int64_t>(&value)) return *number;
  const auto* const word = std::get_if<std::string>(&value);
  if (word == nullptr) return std::numeric_limits<int64_t>::min();
  return *word == "latest" ? -1 : *word == "earliest" ? -2 : -3;
}

// Nothing for connectors whose positions do not have all that their splits have.
std::string split_of(const Position& position) {
  if (position.source) return "";
  if (position.connector == Connector::kKafka) {
    return test::Bytes()
        .utf(position.topic)
        .i32(std::get<int64_t>(position.partition))
        .i64(kafka_offset(position.offset))
        .i64(kafka_offset(position.stopping_offset));
  }
  if (position.connector == Connector::kNumberSequence) {
    return test::Bytes()
        .utf(std::get<std::string>(position.partition))
        .i64(std::get<int64_t>(position.offset))
        .i64(std::get<int64_t>(position.stopping_offset));
  }
  return "";
}

std::string check_split(int32_t version, std::string_view bytes) {
  const Position position = state::recognised_split(version, bytes);
  if (position.connector == Connector::kUnrecognised) {
    const bool kept = position.bytes == bytes && position.version == version;
    return kept ? "" : "an unrecognised split has lost its bytes";
  }
  const std::string again = split_of(position);
  if (!again.empty() && again != bytes) return "a recognised split is not what was written";
  std::string longer(bytes);
  longer += '\0';
  const Position other = state::recognised_split(version, longer);
  // Within a hybrid source's frame nothing has changed.
  return other.connector == position.connector ? "a split fits with one byte more" : "";
}

std::string check_positions(const std::vector<Position>& positions, std::string_view bytes) {
  if (positions.size() > bytes.size()) {
    if (positions.size() != 1) return "more positions than bytes";
  }
  for (const Position& position : positions) {
    if (position.connector == Connector::kUnrecognised && positions.size() > 1) {
      return "a state is recognised in part";
    }
  }
  return "";
}

std::string check_handle(std::string_view input) {
  if (input.empty()) return "";
  const auto count = static_cast<uint8_t>(input[0]);
  input.remove_prefix(1);
  if (input.size() < count) return "";
  flink::ListedState listed{"tokens", {}};
  for (size_t i = 0; i < count; ++i) listed.offsets.push_back(static_cast<uint8_t>(input[i]));
  input.remove_prefix(count);
  const auto handle =
      state::OperatorHandle::open(state::memory_bytes(input, "handle"), {listed}, state::Writer::kFlink1);
  if (!handle.has_value()) return handle.error().reason.empty() ? "refused without a reason" : "";
  for (const state::HandleState& found : handle->states()) {
    uint64_t total = 0;
    for (const state::ElementExtent& extent : found.extents) {
      if (extent.start > extent.end || extent.end > input.size()) return "an element outside of its handle";
      total += extent.end - extent.start;
      const auto bytes = state::element_bytes(*handle, extent);
      if (bytes.has_value() && !handle->compressed() && bytes->size() != extent.end - extent.start) {
        return "an element is shorter than its place";
      }
    }
    if (total > input.size()) return "elements overlap";
  }
  return "";
}

}  // namespace

std::string connectors_input(SourceState kind, int version, std::string_view state) {
  return test::Bytes().u8(static_cast<int>(kind)).u8(version).raw(state);
}

std::string check_connectors(std::string_view input) {
  if (input.size() < 2) return "";
  const auto kind = static_cast<SourceState>(static_cast<uint8_t>(input[0]) % 5);
  const int32_t version = static_cast<uint8_t>(input[1]);
  const std::string_view bytes = input.substr(2);
  switch (kind) {
    case SourceState::kSplit:
      return check_split(version, bytes);
    case SourceState::kEnumerator:
      return check_positions(state::recognised_enumerator(version, bytes, Connector::kKafka), bytes);
    case SourceState::kCoordinator:
      return check_positions(state::coordinator_positions(bytes, {}), bytes);
    case SourceState::kLegacyElement: {
      const auto position = state::legacy_kafka_position(bytes);
      const bool is_kafka = !position || position->connector == Connector::kLegacyKafka;
      return is_kafka ? "" : "a legacy position of another connector";
    }
    case SourceState::kHandle:
      return check_handle(bytes);
  }
  return "";
}

}  // namespace checkpointfs::fuzz
