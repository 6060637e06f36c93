// SPDX-License-Identifier: Apache-2.0
// Megabytes of the smallest parts that each list can have: what is not linear takes minutes or gigabytes.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "flink/decode.h"
#include "tests/fuzz/trial.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::fuzz {
namespace {

using test::Bytes;

constexpr int kMany = 100'000;

std::string with_keyed_handle(const std::string& handle, int version = 4) {
  return test::MetadataBuilder(version).op().subtask({.managed_keyed = handle}).bytes();
}

std::string with_entries(const std::string& handle, int version = 4) {
  test::Incremental state;
  state.shared.assign(kMany, {"", handle});
  return with_keyed_handle(test::incremental(state), version);
}

// Properties whose one field is an array with `count` objects of a class that has `supers` superclasses.
std::string with_objects(int supers, int count) {
  const std::string root = "org.apache.flink.runtime.checkpoint.CheckpointProperties";
  const auto class_desc = [](std::string_view name, const Bytes& fields, const Bytes& super) {
    return Bytes().u8(0x72).utf(name).i64(1).u8(2).raw(fields).u8(0x78).raw(super);
  };
  const Bytes none = Bytes().i16(0);
  const Bytes null = Bytes().u8(0x70);
  Bytes chain = null;
  for (int i = 0; i < supers; ++i) chain = class_desc("C", none, chain);
  // Before it: the root's class, its field's type, the root, the array's class, the array.
  const int first_class = 0x7E0000 + 5;
  Bytes out;
  out.i32(0xACED0005).u8(0x73);
  const Bytes field = Bytes().i16(1).u8('L').utf("f").u8(0x74).utf("Ljava/lang/Object;");
  out.raw(class_desc(root, field, null));
  out.u8(0x75).raw(class_desc("[Ljava.lang.Object;", none, null)).i32(count);
  out.u8(0x73).raw(chain);
  for (int i = 1; i < count; ++i) out.u8(0x73).u8(0x71).i32(first_class);
  return test::MetadataBuilder(4).properties(out).bytes();
}

void expect_linear(const std::string& bytes, bool accepted) {
  Tally tally;
  EXPECT_EQ("", try_bytes(bytes, &tally));
  EXPECT_EQ(accepted, tally.round_trips == 1);
  std::cout << to_string(tally) << std::endl;
}

TEST(LongInputs, of_inline_handles) {
  expect_linear(with_entries(test::byte("", "")), true);
}

TEST(LongInputs, of_file_handles) {
  expect_linear(with_entries(test::file("a", 1)), true);
}

TEST(LongInputs, of_handles_that_differ) {
  test::Incremental state;
  for (int i = 0; i < kMany; ++i) state.private_.push_back({"", test::file(std::to_string(i), 1)});
  expect_linear(with_keyed_handle(test::incremental(state)), true);
}

TEST(LongInputs, of_handles_with_one_base_name) {
  test::Incremental state;
  for (int i = 0; i < kMany; ++i) state.private_.push_back({"", test::file(std::to_string(i) + "/a", 1)});
  expect_linear(with_keyed_handle(test::incremental(state)), true);
}

TEST(LongInputs, that_no_layout_of_version_3_fits) {
  expect_linear(with_entries(test::relative("a", 1), 3) + "x", false);
}

TEST(LongInputs, of_changelogs_with_nothing_in_them) {
  const std::vector<std::string> changes(kMany, test::changelog_bytes({}));
  expect_linear(with_keyed_handle(test::changelog({}, changes)), true);
}

TEST(LongInputs, of_finished_operators) {
  test::MetadataBuilder builder(4);
  for (int i = 0; i < kMany; ++i) builder.finished_op({.id = std::string(16, 'i')});
  expect_linear(builder.bytes(), true);
}

TEST(LongInputs, of_java_objects_with_as_many_superclasses_as_may_be) {
  expect_linear(with_objects(30, kMany), true);
}

}  // namespace
}  // namespace checkpointfs::fuzz
