// SPDX-License-Identifier: Apache-2.0
// Damaged snapshots of serializers: an error or another type, never a crash.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "state/types/readable.h"
#include "state/types/serializer_snapshot.h"
#include "tests/unit/state/serializer_samples.h"

namespace checkpointfs::state {
namespace {

// A long sample is damaged in some places only.
size_t step_of(const test::SerializerSample& sample) {
  return std::max<size_t>(1, sample.snapshot.size() / 150);
}

// Whatever was read can be printed.
void read_and_print(const std::string& bytes, Writer writer) {
  Input in(bytes);
  const TypePtr type = read_type(in, writer);
  to_string(*type);
  fixed_length(*type);
  unreadable_reason(*type);
  EXPECT_LE(in.ok() ? in.offset() : in.error().offset, bytes.size());
}

TEST(DamagedSnapshot, a_part_of_a_snapshot_is_an_error) {
  for (const test::SerializerSample& sample : test::serializer_samples()) {
    SCOPED_TRACE(sample.name);
    for (size_t length = 0; length < sample.snapshot.size(); length += step_of(sample)) {
      const std::string part = sample.snapshot.substr(0, length);
      Input in(part);
      read_type(in, sample.writer);
      EXPECT_FALSE(in.ok()) << length;
    }
  }
}

TEST(DamagedSnapshot, a_changed_byte_does_no_harm) {
  for (const test::SerializerSample& sample : test::serializer_samples()) {
    SCOPED_TRACE(sample.name);
    std::string bytes = sample.snapshot;
    for (size_t i = 0; i < bytes.size(); i += step_of(sample)) {
      for (const char change : {'\x01', '\x80', '\xFF'}) {
        bytes[i] ^= change;
        read_and_print(bytes, sample.writer);
        bytes[i] ^= change;
      }
    }
  }
}

TEST(DamagedSnapshot, missing_bytes_do_no_harm) {
  for (const test::SerializerSample& sample : test::serializer_samples()) {
    SCOPED_TRACE(sample.name);
    for (size_t i = 0; i < sample.snapshot.size(); i += step_of(sample)) {
      std::string bytes = sample.snapshot;
      bytes.erase(i, 3);
      read_and_print(bytes, sample.writer);
    }
  }
}

}  // namespace
}  // namespace checkpointfs::state
