// SPDX-License-Identifier: Apache-2.0
#include "state/operators/source_positions.h"

#include <optional>
#include <string>
#include <utility>

#include "base/byte_cursor.h"
#include "base/text/message.h"
#include "state/operators/connectors.h"
#include "state/operators/coordinator_state.h"
#include "state/operators/legacy_kafka_positions.h"

namespace checkpointfs::state {
namespace {

constexpr std::string_view kReaderState = "SourceReaderState";

base::InputError in_state(std::string_view state, base::InputError error) {
  error.field = base::format("{}.{}", state, error.field);
  return error;
}

// byte[] of SimpleVersionedListState: int length | int version | int length | split
base::Result<Position> split_position(std::string_view element) {
  base::ByteCursor in(element);
  base::ByteCursor inner(in.block("element"));
  const int32_t version = inner.i32("version");
  const std::string_view split = inner.block("split");
  if (!in.ok()) return in.error();
  if (!inner.ok()) return inner.error();
  return recognised_split(version, split);
}

base::Result<Position> legacy_position(std::string_view element) {
  std::optional<Position> position = legacy_kafka_position(element);
  if (position) return std::move(*position);
  Position unrecognised;
  unrecognised.bytes = element;
  return unrecognised;
}

std::optional<base::InputError> append_positions(const OperatorHandle& handle, std::string_view state,
                                                 base::Result<Position> (*read)(std::string_view),
                                                 std::vector<Position>& positions) {
  const HandleState* const found = handle.find(state);
  if (found == nullptr || found->meta->kind == StateKind::kBroadcast) return std::nullopt;
  for (const ElementExtent& extent : found->extents) {
    const auto bytes = element_bytes(handle, extent);
    if (!bytes.has_value()) return in_state(state, bytes.error());
    auto position = read(*bytes);
    if (!position.has_value()) return in_state(state, position.error());
    positions.push_back(std::move(*position));
  }
  return std::nullopt;
}

}  // namespace

base::Result<std::vector<Position>> reader_positions(const OperatorHandle& handle, int32_t subtask) {
  std::vector<Position> positions;
  if (auto error = append_positions(handle, kReaderState, split_position, positions)) return *error;
  if (auto error = append_positions(handle, kLegacyKafkaState, legacy_position, positions)) return *error;
  for (Position& position : positions) position.subtask = subtask;
  return positions;
}

std::vector<Position> coordinator_positions(std::string_view coordinator,
                                            const std::vector<Position>& readers) {
  const auto state = enumerator_state(coordinator);
  if (!state) return {};
  std::optional<Connector> of_splits;
  for (const Position& position : readers) {
    if (position.connector != Connector::kUnrecognised) of_splits = position.connector;
  }
  return recognised_enumerator(state->version, state->bytes, of_splits);
}

}  // namespace checkpointfs::state
