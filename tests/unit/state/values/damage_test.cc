// SPDX-License-Identifier: Apache-2.0
// Values that real Flinks wrote, damaged.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "state/json/json_value.h"
#include "state/values/values.h"
#include "tests/unit/state/serializer_samples.h"
#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

// Bytes in pieces of three.
class SmallPieces : public ByteStream {
 public:
  explicit SmallPieces(std::string_view bytes) : bytes_(bytes) {}
  size_t read(char* out, size_t most) override {
    const std::string_view piece = bytes_.substr(0, std::min<size_t>(most, 3));
    std::copy(piece.begin(), piece.end(), out);
    bytes_.remove_prefix(piece.size());
    return piece.size();
  }
  const base::InputError* error() const override { return nullptr; }

 private:
  std::string_view bytes_;
};

struct Walked {
  Outcome outcome;
  uint64_t end;
  std::string json;
};

Walked walk(Input& in, const Type& type) {
  Walked walked{};
  walked.outcome = append_json(in, type, {}, walked.json);
  walked.end = in.offset();
  EXPECT_EQ(walked.outcome == Outcome::kDamaged, walked.outcome != Outcome::kOpaque && !in.ok());
  return walked;
}

// The promises for any bytes.
void check(const std::string& bytes, const Type& type) {
  Input memory(bytes);
  const Walked walked = walk(memory, type);
  SmallPieces pieces(bytes);
  Input stream(pieces);
  const Walked streamed = walk(stream, type);
  EXPECT_EQ(streamed.outcome, walked.outcome);
  std::string framed;
  const bool is_read = !append_framed_json(bytes, type, {}, framed);
  EXPECT_TRUE(parse_json(framed).has_value()) << framed;
  if (walked.outcome != Outcome::kRead) {
    EXPECT_FALSE(is_read);
    return;
  }
  EXPECT_EQ(is_read, walked.end == bytes.size());
  EXPECT_TRUE(parse_json(walked.json).has_value()) << walked.json;
  EXPECT_EQ(streamed.json, walked.json);
  EXPECT_EQ(streamed.end, walked.end);
  Input skipped(bytes);
  EXPECT_EQ(skip_value(skipped, type), Outcome::kRead);
  EXPECT_EQ(skipped.offset(), walked.end);
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
