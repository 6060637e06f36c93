// SPDX-License-Identifier: Apache-2.0
#include "state/operators/connectors.h"

#include <algorithm>
#include <utility>

#include "state/operators/file_positions.h"
#include "state/operators/kafka_positions.h"
#include "state/operators/other_positions.h"
#include "state/operators/position_fields.h"

namespace checkpointfs::state {
namespace {

// A hybrid source has sources in it, but Flink puts no hybrid source into another one.
enum class Depth : uint8_t { kOuter, kInner };

constexpr SplitReader kSplits[] = {kafka_split, dynamic_kafka_split, file_split, number_sequence_split,
                                   kinesis_split};

struct Enumerator {
  Connector connector;
  std::vector<Position> (*read)(base::ByteCursor& in, int32_t version);
};
constexpr Enumerator kEnumerators[] = {
    {Connector::kKafka, kafka_enumerator},     {Connector::kDynamicKafka, dynamic_kafka_enumerator},
    {Connector::kFile, pending_file_splits},   {Connector::kNumberSequence, number_sequence_enumerator},
    {Connector::kKinesis, kinesis_enumerator},
};

struct EnumeratorFit {
  Connector connector;
  std::vector<Position> positions;
};

Position unrecognised(int32_t version, std::string_view bytes) {
  Position position;
  position.version = version;
  position.bytes = bytes;
  return position;
}

std::vector<Position> fitting_splits(int32_t version, std::string_view bytes, Depth depth);
std::vector<EnumeratorFit> fitting_enumerators(int32_t version, std::string_view bytes, Depth depth);

int32_t source_index(base::ByteCursor& in) {
  const int32_t index = in.i32("source");
  require(in, index >= 0, "source");
  return index;
}

// HybridSourceSplitSerializer: int source | UTF id | int version | int length | split
// version 1: | boolean finished
std::vector<Position> hybrid_splits(base::ByteCursor& in, int32_t version) {
  require(in, version == 0 || version == 1, "version");
  const int32_t source = source_index(in);
  utf8_field(in, "id");
  const int32_t split_version = in.i32("split_version");
  const std::string_view split = in.block("split");
  if (version == 1) flag_field(in, "finished");
  if (!in.ok() || !in.at_end()) return {};
  std::vector<Position> positions = fitting_splits(split_version, split, Depth::kInner);
  for (Position& position : positions) position.source = source;
  return positions;
}

// HybridSourceEnumeratorStateSerializer: int source | int version | int length | state of its enumerator
std::vector<EnumeratorFit> hybrid_enumerators(base::ByteCursor& in, int32_t version) {
  require(in, version == 0, "version");
  const int32_t source = source_index(in);
  const int32_t state_version = in.i32("state_version");
  const std::string_view state = in.block("state");
  if (!in.ok() || !in.at_end()) return {};
  std::vector<EnumeratorFit> fits = fitting_enumerators(state_version, state, Depth::kInner);
  for (EnumeratorFit& fit : fits) {
    for (Position& position : fit.positions) position.source = source;
  }
  return fits;
}

std::vector<Position> fitting_splits(int32_t version, std::string_view bytes, Depth depth) {
  std::vector<Position> fits;
  for (const SplitReader read : kSplits) {
    base::ByteCursor in(bytes);
    Position position = read(in, version);
    if (in.ok() && in.at_end()) fits.push_back(std::move(position));
  }
  if (depth == Depth::kOuter) {
    base::ByteCursor in(bytes);
    std::ranges::move(hybrid_splits(in, version), std::back_inserter(fits));
  }
  return fits;
}

std::vector<EnumeratorFit> fitting_enumerators(int32_t version, std::string_view bytes, Depth depth) {
  std::vector<EnumeratorFit> fits;
  for (const Enumerator& enumerator : kEnumerators) {
    base::ByteCursor in(bytes);
    std::vector<Position> positions = enumerator.read(in, version);
    if (in.ok() && in.at_end()) fits.push_back({enumerator.connector, std::move(positions)});
  }
  if (depth == Depth::kOuter) {
    base::ByteCursor in(bytes);
    std::ranges::move(hybrid_enumerators(in, version), std::back_inserter(fits));
  }
  return fits;
}

}  // namespace

Position recognised_split(int32_t version, std::string_view bytes) {
  std::vector<Position> fits = fitting_splits(version, bytes, Depth::kOuter);
  return fits.size() == 1 ? std::move(fits.front()) : unrecognised(version, bytes);
}

std::vector<Position> recognised_enumerator(int32_t version, std::string_view bytes,
                                            std::optional<Connector> of_splits) {
  std::vector<EnumeratorFit> fits = fitting_enumerators(version, bytes, Depth::kOuter);
  if (!fits.empty() && std::ranges::all_of(fits, [](const auto& fit) { return fit.positions.empty(); })) {
    return {};
  }
  if (fits.size() > 1 && of_splits) {
    std::erase_if(fits, [&](const EnumeratorFit& fit) { return fit.connector != *of_splits; });
  }
  if (fits.size() == 1) return std::move(fits.front().positions);
  Position position = unrecognised(version, bytes);
  position.place = PositionPlace::kUnassigned;
  return {std::move(position)};
}

}  // namespace checkpointfs::state
