// SPDX-License-Identifier: Apache-2.0
#include "base/spill/spilled_list.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/text/message.h"

namespace checkpointfs::base {
namespace {

struct Row {
  std::string path;
  uint64_t number = 0;
  std::string why;
  friend bool operator==(const Row&, const Row&) = default;
};

void pack(Packer& packer, const Row& row) {
  packer.text(row.path);
  packer.number(row.number);
  packer.text(row.why);
}

void unpack(Unpacker& unpacker, Row* row) {
  row->path = unpacker.text();
  row->number = unpacker.number();
  row->why = unpacker.text();
}

using Rows = SpilledList<Row>;

std::vector<Row> all_of(const Rows& rows) {
  std::vector<Row> all;
  for (const Row& row : rows) all.push_back(row);
  return all;
}

TEST(SpilledList, has_its_elements_in_order_also_beyond_its_memory) {
  Rows rows;
  std::vector<Row> expected;
  uint64_t bytes = 0;
  for (uint64_t i = 0; i < 40'000; ++i) {
    // Nothing is like the text before, so that all of it has to be stored.
    expected.push_back({format("{:016x}/{:016x}", i * 0x9e3779b97f4a7c15, ~i * 0x9e3779b97f4a7c15),
                        i * 0x9e3779b97f4a7c15, i % 3 == 0 ? "" : "a reason"});
    bytes += expected.back().path.size();
    rows.push_back(expected.back());
  }
  ASSERT_GT(bytes, uint64_t{1} << 20);
  EXPECT_EQ(expected.size(), rows.size());
  EXPECT_EQ(expected, all_of(rows));
  EXPECT_EQ(expected, all_of(rows)) << "a second time";
}

TEST(SpilledList, has_texts_of_any_bytes_and_length) {
  const std::string nul("a\0b", 3);
  const std::vector<Row> expected = {{"", 0, ""},
                                     {nul, std::numeric_limits<uint64_t>::max(), "\xff\xfe"},
                                     {std::string(200'000, 'x'), 127, ""},
                                     {std::string(200'000, 'x') + "y", 128, nul},
                                     {"", 1, "x"}};
  Rows rows;
  EXPECT_TRUE(rows.empty());
  for (const Row& row : expected) rows.push_back(row);
  EXPECT_FALSE(rows.empty());
  EXPECT_EQ(expected, all_of(rows));
}

TEST(SpilledList, copy_grows_by_itself) {
  Rows rows;
  rows.push_back({"a", 1, ""});
  Rows copy = rows;
  copy.push_back({"ab", 2, ""});
  rows.push_back({"ac", 3, ""});
  EXPECT_EQ((std::vector<Row>{{"a", 1, ""}, {"ac", 3, ""}}), all_of(rows));
  EXPECT_EQ((std::vector<Row>{{"a", 1, ""}, {"ab", 2, ""}}), all_of(copy));
}

}  // namespace
}  // namespace checkpointfs::base
