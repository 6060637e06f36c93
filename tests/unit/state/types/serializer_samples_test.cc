// SPDX-License-Identifier: Apache-2.0
// Snapshots of serializers that real Flinks wrote.
#include "tests/unit/state/serializer_samples.h"

#include <string>

#include <gtest/gtest.h>

#include "state/types/readable.h"
#include "state/types/serializer_snapshot.h"

namespace checkpointfs::state {
namespace {

std::string to_string(Readable readable) {
  switch (readable) {
    case Readable::kYes:
      return "yes";
    case Readable::kPartly:
      return "partly";
    case Readable::kNo:
      break;
  }
  return "no";
}

TEST(SerializerSamples, each_snapshot_is_read_to_its_end_and_tells_its_type) {
  for (const test::SerializerSample& sample : test::serializer_samples()) {
    SCOPED_TRACE(sample.name);
    Input in(sample.snapshot);
    const TypePtr type = read_type(in, sample.writer);
    EXPECT_TRUE(in.ok()) << base::to_string(in.error());
    EXPECT_TRUE(in.at_end());
    EXPECT_EQ(in.offset(), sample.snapshot.size());
    EXPECT_EQ(to_string(*type), sample.type);
    EXPECT_EQ(fixed_length(*type), sample.length);
    EXPECT_EQ(to_string(readable(*type)), sample.readable);
    EXPECT_EQ(unreadable_reason(*type).empty(), sample.readable == "yes") << unreadable_reason(*type);
  }
}

}  // namespace
}  // namespace checkpointfs::state
