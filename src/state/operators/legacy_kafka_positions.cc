// SPDX-License-Identifier: Apache-2.0
#include "state/operators/legacy_kafka_positions.h"

#include <cstdint>
#include <limits>
#include <string>

#include "base/byte_cursor.h"
#include "state/operators/kafka_positions.h"
#include "state/operators/position_fields.h"

namespace checkpointfs::state {
namespace {

constexpr std::string_view kClass =
    "org.apache.flink.streaming.connectors.kafka.internals.KafkaTopicPartition";

// KafkaTopicPartitionStateSentinel
constexpr int64_t kGroupOffset = -915623761773;
constexpr int64_t kLatestOffset = -915623761774;
constexpr int64_t kEarliestOffset = -915623761775;
constexpr int64_t kNotSet = -915623761776;

// Kryo 2.24.
constexpr uint32_t kClassByName = 1;
constexpr uint32_t kFirstClassId = 2;
constexpr uint32_t kNewObject = 1;

uint32_t kryo_varint(base::ByteCursor& in, const char* field) {
  uint32_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    const uint8_t byte = in.u8(field);
    value |= static_cast<uint32_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  in.fail(field, "a number of more than five bytes");
  return 0;
}

int32_t zigzag(base::ByteCursor& in, const char* field) {
  const uint32_t value = kryo_varint(in, field);
  return static_cast<int32_t>(value >> 1 ^ (~(value & 1) + 1));
}

// ASCII only: the names of topics and classes. Without the top bit in the first byte, the last byte has it;
// else a length of UTF-16 units, plus one, of which 6 bits stand in the first byte.
std::string kryo_ascii(base::ByteCursor& in, const char* field) {
  std::string text;
  const uint8_t first = in.u8(field);
  if ((first & 0x80) == 0) {
    text += static_cast<char>(first);
    while (in.ok()) {
      const uint8_t byte = in.u8(field);
      text += static_cast<char>(byte & 0x7F);
      if ((byte & 0x80) != 0) break;
    }
    return text;
  }
  uint32_t length = first & 0x3F;
  if ((first & 0x40) != 0) {
    int shift = 6;
    uint8_t byte = 0x80;
    while (in.ok() && (byte & 0x80) != 0 && shift < 32) {
      byte = in.u8(field);
      length |= static_cast<uint32_t>(byte & 0x7F) << shift;
      shift += 7;
    }
  }
  require(in, length > 0, field);
  if (!in.ok()) return "";
  text = in.bytes(length - 1, field);
  for (const char c : text) require(in, (c & 0x80) == 0, field);
  return text;
}

// The class is registered, so that it has a number, or it stands there by name.
void topic_partition_class(base::ByteCursor& in) {
  const uint32_t c = kryo_varint(in, "class");
  if (c == kClassByName) {
    require(in, kryo_varint(in, "name_id") == 0, "name_id");
    require(in, kryo_ascii(in, "class_name") == kClass, "class_name");
  } else {
    require(in, c >= kFirstClassId, "class");
  }
}

PositionValue next_offset(int64_t last) {
  switch (last) {
    case kGroupOffset:
      return "committed";
    case kLatestOffset:
      return "latest";
    case kEarliestOffset:
      return "earliest";
    case kNotSet:
      return {};
    default:
      return last + 1;
  }
}

}  // namespace

// class | reference | KafkaTopicPartition: zig-zag hash | zig-zag partition | reference | string topic
// | long last
std::optional<Position> legacy_kafka_position(std::string_view element) {
  base::ByteCursor in(element);
  topic_partition_class(in);
  require(in, kryo_varint(in, "reference") == kNewObject, "reference");
  zigzag(in, "hash");
  const int32_t partition = zigzag(in, "partition");
  require(in, partition >= 0, "partition");
  require(in, kryo_varint(in, "topic_reference") == kNewObject, "topic_reference");
  Position position;
  position.connector = Connector::kLegacyKafka;
  position.topic = kryo_ascii(in, "topic");
  require(in, is_kafka_topic(position.topic), "topic");
  position.partition = int64_t{partition};
  const int64_t last = in.i64("last");
  const bool is_sentinel = last <= kGroupOffset && last >= kNotSet;
  require(in, is_sentinel || (last >= -1 && last < std::numeric_limits<int64_t>::max()), "last");
  if (!in.ok() || !in.at_end()) return std::nullopt;
  position.offset = next_offset(last);
  return position;
}

}  // namespace checkpointfs::state
