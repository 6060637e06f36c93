// SPDX-License-Identifier: Apache-2.0
// Samples of Flink's serializers, which real Flinks wrote; see tests/data/README.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "state/types/serializer_snapshot.h"

namespace checkpointfs::test {

struct SampleValue {
  std::string bytes;
  std::string json;    // the text that the program prints; empty if `opaque` is not
  std::string opaque;  // the name of the type that cannot be read
};

struct SerializerSample {
  std::string name;  // "1.20.5: Map of strings"
  state::Writer writer;
  std::string type;
  std::string readable;  // "yes", "partly", "no"
  int32_t length = 0;
  std::string snapshot;
  std::vector<SampleValue> values;
};

// All samples of all versions. Throws if there are none.
const std::vector<SerializerSample>& serializer_samples();
// Throws if there is no sample of this name.
const SerializerSample& serializer_sample(const std::string& name);

}  // namespace checkpointfs::test
