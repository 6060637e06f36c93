// SPDX-License-Identifier: Apache-2.0
#include "state/operators/other_positions.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text/message.h"
#include "state/operators/position_fields.h"

namespace checkpointfs::state {
namespace {

constexpr uint64_t kLeastShardName = 2;
constexpr uint64_t kLeastFramedShard = 4 + 3 * 2 + 1;
constexpr uint64_t kLeastNumberSplit = 2 + 1 + 8 + 8;

// ShardIteratorType, and the word that stands before what it begins at.
struct IteratorType {
  std::string_view name;
  std::string_view word;
};
constexpr IteratorType kIteratorTypes[] = {
    {"TRIM_HORIZON", "earliest"},       {"LATEST", "latest"},
    {"AT_TIMESTAMP", "timestamp"},      {"AT_SEQUENCE_NUMBER", "at"},
    {"AFTER_SEQUENCE_NUMBER", "after"},
};

// UTF type | boolean | (boolean | (long ms) | boolean | (UTF sequence number))
std::string starting_position(base::ByteCursor& in) {
  const std::string type = utf8_field(in, "iterator_type");
  const auto* const known =
      std::find_if(std::begin(kIteratorTypes), std::end(kIteratorTypes),
                   [&](const IteratorType& candidate) { return candidate.name == type; });
  require(in, known != std::end(kIteratorTypes), "iterator_type");
  if (!in.ok()) return "";
  std::string text(known->word);
  if (!flag_field(in, "has_marker")) return text;
  if (flag_field(in, "is_instant")) text += base::format(" {}", in.i64("instant"));
  if (flag_field(in, "is_number")) text += base::format(" {}", utf8_field(in, "sequence_number"));
  return text;
}

}  // namespace

// UTF stream ARN | UTF shard | starting_position
// from version 1: | int n x UTF parent shard | UTF first hash key | UTF last hash key
// version 2: | boolean finished
Position kinesis_split(base::ByteCursor& in, int32_t version) {
  require(in, version >= 0 && version <= 2, "version");
  Position position;
  position.connector = Connector::kKinesis;
  position.topic = utf8_field(in, "stream");
  require(in, position.topic.starts_with("arn:") && position.topic.find(":kinesis:") != std::string::npos,
          "stream");
  position.partition = utf8_field(in, "shard");
  position.offset = starting_position(in);
  if (version >= 1) {
    const uint32_t parents = in.count(kLeastShardName, "parents");
    for (uint32_t i = 0; i < parents && in.ok(); ++i) utf8_field(in, "parent");
    utf8_field(in, "first_hash_key");
    utf8_field(in, "last_hash_key");
  }
  if (version == 2) flag_field(in, "finished");
  return position;
}

// boolean | (UTF last shard) | int n | int split_version | n x (framed split | version 1: int status)
std::vector<Position> kinesis_enumerator(base::ByteCursor& in, int32_t version) {
  require(in, version == 0 || version == 1, "version");
  if (flag_field(in, "has_last_shard")) utf8_field(in, "last_shard");
  const uint32_t count = in.count(kLeastFramedShard, "splits");
  const int32_t split_version = in.i32("split_version");
  require(in, split_version >= 0 && split_version <= 2, "split_version");
  std::vector<Position> positions;
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    Position position = framed_split(in, split_version, kinesis_split);
    // Version 0 has those that are not assigned.
    position.place = version == 0 ? PositionPlace::kUnassigned : status_field(in);
    positions.push_back(std::move(position));
  }
  return positions;
}

// UTF id | long next | long last
Position number_sequence_split(base::ByteCursor& in, int32_t version) {
  require(in, version == 1, "version");
  Position position;
  position.connector = Connector::kNumberSequence;
  const std::string id = utf8_field(in, "id");
  const bool is_number = !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
  require(in, is_number, "id");  // the splits are numbered
  const int64_t next = in.i64("next");
  const int64_t last = in.i64("last");
  require(in, next <= last, "last");
  position.partition = id;
  position.offset = next;
  position.stopping_offset = last;
  return position;
}

// int n x split
std::vector<Position> number_sequence_enumerator(base::ByteCursor& in, int32_t version) {
  const uint32_t count = in.count(kLeastNumberSplit, "splits");
  std::vector<Position> positions;
  require(in, version == 1, "version");
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    positions.push_back(number_sequence_split(in, version));
    positions.back().place = PositionPlace::kUnassigned;
  }
  return positions;
}

}  // namespace checkpointfs::state
