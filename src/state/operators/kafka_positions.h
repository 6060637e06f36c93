// SPDX-License-Identifier: Apache-2.0
// State of KafkaSource and DynamicKafkaSource (flink-connector-kafka).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_cursor.h"
#include "state/operators/positions.h"

namespace checkpointfs::state {

// True of the names that Kafka takes.
bool is_kafka_topic(const std::string& name);

// KafkaPartitionSplitSerializer, version 0; DynamicKafkaSourceSplitSerializer, versions 1 and 2. They mark
// the cursor as wrong if the bytes or the version do not fit, as do the functions below.
Position kafka_split(base::ByteCursor& in, int32_t version);
Position dynamic_kafka_split(base::ByteCursor& in, int32_t version);

// KafkaSourceEnumStateSerializer, versions 0 to 3; DynamicKafkaSourceEnumStateSerializer, versions 1 to 3.
std::vector<Position> kafka_enumerator(base::ByteCursor& in, int32_t version);
std::vector<Position> dynamic_kafka_enumerator(base::ByteCursor& in, int32_t version);

}  // namespace checkpointfs::state
