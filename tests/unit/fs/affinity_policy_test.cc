// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/affinity_policy.h"

#include <gtest/gtest.h>

namespace checkpointfs::fs {
namespace {

using Processor = std::optional<int>;
using Processors = std::vector<int>;

// Looks at readers a hundred times a second.
class Looks {
 public:
  Processor with(uint64_t requests, const Processors& readers, uint64_t bytes = 0) {
    return policy_.choose({.time = std::chrono::milliseconds(10), .requests = requests, .bytes = bytes},
                          [&readers] { return readers; });
  }
  Processor with(int times, uint64_t requests, const Processors& readers) {
    Processor last;
    for (int i = 0; i < times; ++i) last = with(requests, readers);
    return last;
  }

 private:
  AffinityPolicy policy_;
};

TEST(AffinityPolicy, chooses_the_processor_of_a_quick_reader_at_the_third_look) {
  Looks look;
  EXPECT_EQ(look.with(100, {3}), Processor());
  EXPECT_EQ(look.with(100, {3}), Processor());
  EXPECT_EQ(look.with(100, {3}), Processor(3));
  EXPECT_EQ(look.with(20, 200, {3}), Processor(3));
}

TEST(AffinityPolicy, chooses_it_for_several_readers_on_one_processor) {
  Looks look;
  EXPECT_EQ(look.with(3, 100, {1, 1, 1}), Processor(1));
}

TEST(AffinityPolicy, chooses_none_for_readers_on_several_processors) {
  Looks look;
  EXPECT_EQ(look.with(20, 100, {0, 1}), Processor());
  EXPECT_EQ(look.with(3, 100, {1}), Processor(1));
  EXPECT_EQ(look.with(200, {1, 0}), Processor());
}

TEST(AffinityPolicy, chooses_none_for_unknown_readers) {
  Looks look;
  EXPECT_EQ(look.with(20, 100, {}), Processor());
}

TEST(AffinityPolicy, gives_up_the_choice_as_soon_as_requests_come_slowly) {
  Looks look;
  EXPECT_EQ(look.with(3, 100, {1}), Processor(1));
  EXPECT_EQ(look.with(19, {1}), Processor());
  EXPECT_EQ(look.with(2, 100, {1}), Processor());
}

TEST(AffinityPolicy, chooses_none_for_large_reads) {
  Looks look;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(look.with(100, {1}, 100 << 17), Processor());
}

TEST(AffinityPolicy, follows_a_reader_that_is_moved) {
  Looks look;
  EXPECT_EQ(look.with(3, 100, {1}), Processor(1));
  EXPECT_EQ(look.with(200, {0}), Processor(0));
}

TEST(AffinityPolicy, takes_the_choice_back_for_a_while_if_requests_are_answered_more_slowly) {
  Looks look;
  EXPECT_EQ(look.with(3, 100, {1}), Processor(1));
  EXPECT_EQ(look.with(3, 80, {1}), Processor(1));
  EXPECT_EQ(look.with(80, {1}), Processor());
  EXPECT_EQ(look.with(100, 100, {1}), Processor()) << "one second";
  EXPECT_EQ(look.with(110, 100, {1}), Processor(1));
}

TEST(AffinityPolicy, judges_only_the_first_looks) {
  Looks look;
  EXPECT_EQ(look.with(3, 100, {1}), Processor(1));
  EXPECT_EQ(look.with(10, 150, {1}), Processor(1));
  EXPECT_EQ(look.with(10, 50, {1}), Processor(1)) << "larger files, for example";
}

}  // namespace
}  // namespace checkpointfs::fs
