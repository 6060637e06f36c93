// SPDX-License-Identifier: Apache-2.0
// Positions of sources: the place in its input at which a source goes on.
//
// The room reads the state that belongs to operators, not to keys. operator_handle.h finds the elements of
// list and broadcast state in a handle. Positions are in such elements, and in the state of coordinators:
// coordinator_state.h and source_positions.h find the bytes, connectors.h recognises the connector that wrote
// them, kafka_positions.h, legacy_kafka_positions.h, file_positions.h and other_positions.h know the formats.
// No format has a name in it: a connector is recognised if its format fits exactly, to the last byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace checkpointfs::state {

enum class Connector : uint8_t {
  kUnrecognised,
  kKafka,
  kDynamicKafka,  // many clusters
  kLegacyKafka,   // FlinkKafkaConsumer
  kFile,
  kNumberSequence,
  kKinesis,
};
// "kafka", "dynamic kafka", "legacy kafka consumer", "file", ..., "unrecognised".
std::string_view to_string(Connector connector);

enum class PositionPlace : uint8_t {
  kReader,      // of a subtask, which reads it
  kAssigned,    // known to the enumerator, which has given it to a reader
  kUnassigned,  // known to the enumerator, which has yet to give it to a reader
};
// "reader", "assigned", "unassigned".
std::string_view to_string(PositionPlace place);

// Nothing, a number, or a word such as "earliest".
using PositionValue = std::variant<std::monostate, int64_t, std::string>;

// Texts are UTF-8.
struct Position {
  Connector connector = Connector::kUnrecognised;
  PositionPlace place = PositionPlace::kReader;
  std::optional<int32_t> subtask;  // of the reader, if the state tells it
  std::optional<int32_t> source;   // of a hybrid source: the index of the source that reads
  std::string cluster;             // of a dynamic Kafka source
  std::string topic;               // Kafka's topic, the ARN of Kinesis's stream, the URI of the file
  PositionValue partition;         // Kafka's number, Kinesis's shard, the id of a split
  // The next to be read. Kafka: offset, or "earliest", "latest", "committed", "timestamp"; file: byte;
  // Kinesis: what its iterator begins at, as "after 4957…".
  PositionValue offset;
  PositionValue stopping_offset;   // Kafka: the first that is not read; file: likewise; numbers: the last one
  std::optional<int64_t> records;  // file: records behind the offset that have been read already
  int32_t version = 0;             // kUnrecognised: of the serializer that wrote `bytes`
  std::string bytes;
};

}  // namespace checkpointfs::state
