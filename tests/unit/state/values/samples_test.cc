// SPDX-License-Identifier: Apache-2.0
// Values that real Flinks wrote.
#include "state/values/values.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/state/serializer_samples.h"
#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

using test::SampleValue;
using test::SerializerSample;

TEST(SampleValues, each_is_printed_as_flink_made_it) {
  for (const SerializerSample& sample : test::serializer_samples()) {
    SCOPED_TRACE(sample.name);
    const TypePtr type = test::type_of(sample);
    for (const SampleValue& value : sample.values) {
      std::string json;
      const std::optional<std::string> opaque = append_framed_json(value.bytes, *type, {}, json);
      EXPECT_EQ(json, value.opaque.empty() ? value.json : test::hex_string(value.bytes));
      EXPECT_EQ(opaque.value_or(""), value.opaque);
    }
  }
}

TEST(SampleValues, a_skip_ends_where_the_value_ends) {
  for (const SerializerSample& sample : test::serializer_samples()) {
    SCOPED_TRACE(sample.name);
    const TypePtr type = test::type_of(sample);
    for (const SampleValue& value : sample.values) {
      if (!value.opaque.empty()) continue;
      const std::string bytes = value.bytes + "behind";
      Input in(bytes);
      EXPECT_EQ(skip_value(in, *type), Outcome::kRead);
      EXPECT_EQ(in.offset(), value.bytes.size()) << value.json;
    }
  }
}

TEST(SampleValues, a_walk_that_prints_ends_where_the_value_ends) {
  for (const SerializerSample& sample : test::serializer_samples()) {
    SCOPED_TRACE(sample.name);
    const TypePtr type = test::type_of(sample);
    for (const SampleValue& value : sample.values) {
      if (!value.opaque.empty()) continue;
      const std::string bytes = value.bytes + "behind";
      Input in(bytes);
      std::string json = "before ";
      EXPECT_EQ(append_json(in, *type, {}, json), Outcome::kRead);
      EXPECT_EQ(json, "before " + value.json);
      EXPECT_EQ(in.offset(), value.bytes.size());
    }
  }
}

}  // namespace
}  // namespace checkpointfs::state
