// SPDX-License-Identifier: Apache-2.0
// Values that real Flinks wrote, damaged.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "state/values/values.h"
#include "tests/unit/state/serializer_samples.h"
#include "tests/unit/state/values/reading.h"
#include "tests/unit/state/values/value_check.h"

namespace checkpointfs::state {
namespace {

void check(const std::string& bytes, const Type& type) {
  EXPECT_EQ(test::broken_promise(bytes, type), "") << test::hex_string(bytes);
  std::string json;
  if (append_framed_json(bytes, type, {}, json)) return;
  EXPECT_EQ(test::broken_encoding(json, type), "");
}

// Calls `with` for each value of each sample, until a check fails.
template <typename With>
void for_each_value(const With& with) {
  for (const test::SerializerSample& sample : test::serializer_samples()) {
    const TypePtr type = test::type_of(sample);
    for (const test::SampleValue& value : sample.values) {
      SCOPED_TRACE(sample.name + " " + test::hex_string(value.bytes));
      with(value.bytes, *type);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(DamagedValues, each_truncation_is_met_with_an_outcome) {
  for_each_value([](const std::string& bytes, const Type& type) {
    for (size_t length = 0; length <= bytes.size(); ++length) check(bytes.substr(0, length), type);
  });
}

TEST(DamagedValues, each_flipped_bit_is_met_with_an_outcome) {
  for_each_value([](std::string bytes, const Type& type) {
    const size_t size = std::min<size_t>(bytes.size(), 400);
    for (size_t bit = 0; bit < 8 * size; ++bit) {
      const auto flip = [&] { bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8)); };
      flip();
      check(bytes, type);
      flip();
    }
  });
}

TEST(DamagedValues, bytes_of_another_type_are_met_with_an_outcome) {
  std::vector<TypePtr> types;
  for (const test::SerializerSample& sample : test::serializer_samples())
    types.push_back(test::type_of(sample));
  for_each_value([&](const std::string& bytes, const Type&) {
    if (bytes.size() > 100) return;
    for (const TypePtr& type : types) check(bytes, *type);
  });
}

}  // namespace
}  // namespace checkpointfs::state
