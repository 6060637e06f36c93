// SPDX-License-Identifier: Apache-2.0
#include "state/operators/kafka_positions.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "state/operators/position_fields.h"

namespace checkpointfs::state {
namespace {

constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int64_t kCommitted = -3;
constexpr int64_t kNoStop = std::numeric_limits<int64_t>::min();
constexpr size_t kLongestTopic = 249;

constexpr uint64_t kLeastPartition = 2 + 1 + 4;
constexpr uint64_t kLeastAssignment = 4 + 4;
constexpr uint64_t kLeastFramedSplit = 4 + 2 + 1 + 4 + 8 + 8;
constexpr uint64_t kLeastCluster = 2 + 4;
constexpr uint64_t kLeastTopic = 2;

std::string topic_field(base::ByteCursor& in) {
  std::string topic = utf8_field(in, "topic");
  require(in, is_kafka_topic(topic), "topic");
  return topic;
}

int32_t partition_field(base::ByteCursor& in) {
  const int32_t partition = in.i32("partition");
  require(in, partition >= 0, "partition");
  return partition;
}

PositionValue offset_value(int64_t offset) {
  switch (offset) {
    case kLatest:
      return "latest";
    case kEarliest:
      return "earliest";
    case kCommitted:
      return "committed";
    case kNoStop:
      return {};
    default:
      return offset;
  }
}

Position topic_partition(base::ByteCursor& in) {
  Position position;
  position.connector = Connector::kKafka;
  position.topic = topic_field(in);
  position.partition = int64_t{partition_field(in)};
  return position;
}

// int split_version | int n x (int subtask | int k x framed split)
std::vector<Position> assignments(base::ByteCursor& in) {
  std::vector<Position> positions;
  const int32_t version = in.i32("split_version");
  const uint32_t subtasks = in.count(kLeastAssignment, "subtasks");
  for (uint32_t i = 0; i < subtasks && in.ok(); ++i) {
    const int32_t subtask = in.i32("subtask");
    require(in, subtask >= 0, "subtask");
    const uint32_t splits = in.count(kLeastFramedSplit, "splits");
    for (uint32_t k = 0; k < splits && in.ok(); ++k) {
      Position position = framed_split(in, version, kafka_split);
      position.place = PositionPlace::kAssigned;
      position.subtask = subtask;
      positions.push_back(std::move(position));
    }
  }
  return positions;
}

// OffsetsInitializer: boolean | (int length | Java object)
void skip_initializer(base::ByteCursor& in) {
  if (flag_field(in, "has_initializer")) in.block("initializer");
}

// int n x (UTF stream | int k x (UTF cluster | int m x UTF topic | UTF servers | from version 2: two
// initializers))
void skip_streams(base::ByteCursor& in, int32_t version) {
  const uint32_t streams = in.count(kLeastCluster, "streams");
  for (uint32_t i = 0; i < streams && in.ok(); ++i) {
    utf8_field(in, "stream");
    const uint32_t clusters = in.count(kLeastCluster, "clusters");
    for (uint32_t k = 0; k < clusters && in.ok(); ++k) {
      utf8_field(in, "cluster");
      const uint32_t topics = in.count(kLeastTopic, "topics");
      for (uint32_t m = 0; m < topics && in.ok(); ++m) topic_field(in);
      utf8_field(in, "bootstrap_servers");
      if (version < 2) continue;
      skip_initializer(in);
      skip_initializer(in);
    }
  }
}

// int length | state of a KafkaSource's enumerator
void append_cluster_state(base::ByteCursor& in, int32_t kafka_version, const std::string& cluster,
                          std::vector<Position>& positions) {
  base::ByteCursor inner(in.block("enumerator"));
  for (Position& position : kafka_enumerator(inner, kafka_version)) {
    position.connector = Connector::kDynamicKafka;
    position.cluster = cluster;
    positions.push_back(std::move(position));
  }
  require(in, inner.ok() && inner.at_end(), "enumerator");
}

}  // namespace

bool is_kafka_topic(const std::string& name) {
  const auto is_legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kLongestTopic && std::all_of(name.begin(), name.end(), is_legal);
}

// UTF topic | int partition | long next offset | long stopping offset
Position kafka_split(base::ByteCursor& in, int32_t version) {
  require(in, version == 0, "version");
  Position position = topic_partition(in);
  const int64_t offset = in.i64("offset");
  const int64_t stop = in.i64("stopping_offset");
  require(in, offset >= kCommitted, "offset");
  require(in, stop >= kCommitted || stop == kNoStop, "stopping_offset");
  position.offset = offset_value(offset);
  position.stopping_offset = offset_value(stop);
  return position;
}

// UTF cluster | version 2: boolean | (long retained_until) | int version | Kafka's split
Position dynamic_kafka_split(base::ByteCursor& in, int32_t version) {
  require(in, version == 1 || version == 2, "version");
  std::string cluster = utf8_field(in, "cluster");
  if (version == 2 && flag_field(in, "is_retained")) in.i64("retained_until");
  const int32_t kafka_version = in.i32("split_version");
  Position position = kafka_split(in, kafka_version);
  position.connector = Connector::kDynamicKafka;
  position.cluster = std::move(cluster);
  return position;
}

// version 0: assignments
// version 1: int n x (UTF topic | int partition), all assigned
// version 2: int n x (UTF topic | int partition | int status) | boolean discovered
// version 3: int n | int split_version | n x (framed split | int status) | boolean discovered
std::vector<Position> kafka_enumerator(base::ByteCursor& in, int32_t version) {
  require(in, version >= 0 && version <= 3, "version");
  if (version == 0) return assignments(in);
  std::vector<Position> positions;
  const uint32_t count = in.count(version == 3 ? kLeastFramedSplit : kLeastPartition, "partitions");
  const int32_t split_version = version == 3 ? in.i32("split_version") : 0;
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    Position position = version == 3 ? framed_split(in, split_version, kafka_split) : topic_partition(in);
    position.place = version == 1 ? PositionPlace::kAssigned : status_field(in);
    positions.push_back(std::move(position));
  }
  if (version >= 2) flag_field(in, "discovered");
  return positions;
}

// streams | int kafka_version | int n x (UTF cluster | framed enumerator)
// version 3: | int n x (UTF cluster | long retained_until | framed enumerator)
std::vector<Position> dynamic_kafka_enumerator(base::ByteCursor& in, int32_t version) {
  require(in, version >= 1 && version <= 3, "version");
  skip_streams(in, version);
  const int32_t kafka_version = in.i32("kafka_version");
  std::vector<Position> positions;
  for (int list = 0; list < (version == 3 ? 2 : 1); ++list) {
    const uint32_t clusters = in.count(kLeastCluster, "clusters");
    for (uint32_t i = 0; i < clusters && in.ok(); ++i) {
      const std::string cluster = utf8_field(in, "cluster");
      if (list == 1) in.i64("retained_until");
      append_cluster_state(in, kafka_version, cluster, positions);
    }
  }
  return positions;
}

}  // namespace checkpointfs::state
