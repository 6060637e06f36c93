// SPDX-License-Identifier: Apache-2.0
#include "storage/projected_name.h"

#include <gtest/gtest.h>

namespace checkpointfs::storage {
namespace {

constexpr const char* kUuid = "0b1c2d3e-0000-4000-8000-00000000000a";

TEST(SharedName, is_the_files_own_if_flink_made_it) {
  EXPECT_EQ(shared_name(7, kUuid), kUuid);
  EXPECT_EQ(shared_name(7, std::string(kUuid) + "-100-20"), std::string(kUuid) + "-100-20");
}

TEST(SharedName, has_a_number_where_another_file_may_have_the_same) {
  EXPECT_EQ(shared_name(7, "000012.sst"), "000012.sst-7");
  EXPECT_EQ(shared_name(7, ""), "file-7");
  EXPECT_EQ(shared_name(7, std::string(255, 'x')), "file-7");
  EXPECT_EQ(shared_name(7, std::string(253, 'x')), std::string(253, 'x') + "-7");
}

TEST(SharedName, takes_nothing_for_a_uuid_that_is_none) {
  for (const char* name : {"0b1c2d3e-0000-4000-8000-00000000000", "0B1C2D3E-0000-4000-8000-00000000000A",
                           "0b1c2d3e_0000-4000-8000-00000000000a", ""}) {
    EXPECT_FALSE(begins_with_uuid(name)) << name;
  }
  EXPECT_TRUE(begins_with_uuid(kUuid));
}

}  // namespace
}  // namespace checkpointfs::storage
