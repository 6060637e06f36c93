// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/operator_names.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "flink/decode.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::state {
namespace {

// Operators 0 to 3.
class OperatorNames : public testing::Test {
 protected:
  std::string find(std::string_view text) const {
    try {
      return std::to_string(find_operator(metadata_, text));
    } catch (const base::Failure& e) {
      EXPECT_EQ(e.kind(), base::FailureKind::kUsage);
      return e.what();
    }
  }

  const std::string bytes_ = test::MetadataBuilder(5)
                                 .op({.name = "Source: orders", .uid = "orders", .id = "0123456789abcdef"})
                                 .op({.name = "Sum", .uid = "sum-a", .id = "aaaaaaaaaaaaaaaa"})
                                 .op({.name = "Sum", .uid = "sum-b", .id = "aaaabbbbbbbbbbbb"})
                                 .op({.name = {}, .uid = {}, .id = "cccccccccccccccc"})
                                 .bytes();
  const flink::Metadata metadata_ = *flink::decode(bytes_);
};

TEST_F(OperatorNames, are_uid_or_name_or_id) {
  EXPECT_EQ(flink::operator_label(metadata_.operators[0]), "orders");
  EXPECT_EQ(flink::operator_label(metadata_.operators[3]), "63636363636363636363636363636363");
}

TEST_F(OperatorNames, are_found_whole_or_by_a_beginning_that_only_one_has) {
  EXPECT_EQ(find("orders"), "0");
  EXPECT_EQ(find("Source: orders"), "0");
  EXPECT_EQ(find("Source"), "0");
  EXPECT_EQ(find("sum-b"), "2");
  EXPECT_EQ(find("6161616162"), "2");
  EXPECT_EQ(find("63636363636363636363636363636363"), "3");
  EXPECT_EQ(find("6363"), "3");
}

TEST_F(OperatorNames, that_several_or_none_have_are_listed) {
  EXPECT_EQ(
      find("Sum"),
      "Sum may be any of 2 operators; name one by its id: sum-a (61616161616161616161616161616161), sum-b "
      "(61616161626262626262626262626262)");
  EXPECT_EQ(find("nobody").substr(0, 44), "no operator nobody; the snapshot has orders ");
  EXPECT_EQ(find("").substr(0, 12), "no operator ");
}

}  // namespace
}  // namespace checkpointfs::state
