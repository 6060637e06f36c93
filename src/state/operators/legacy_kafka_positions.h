// SPDX-License-Identifier: Apache-2.0
// State of FlinkKafkaConsumer, which Flink had until 1.20.
#pragma once

#include <optional>
#include <string_view>

#include "state/operators/positions.h"

namespace checkpointfs::state {

// The name of the union list state.
inline constexpr std::string_view kLegacyKafkaState = "topic-partition-offset-states";

// An element of that state, a Tuple2 of Kryo's KafkaTopicPartition and a Long. Nothing if the bytes do not
// fit exactly. The state has the last offset that was processed; the position has the next one.
std::optional<Position> legacy_kafka_position(std::string_view element);

}  // namespace checkpointfs::state
