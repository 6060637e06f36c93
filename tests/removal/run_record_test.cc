// SPDX-License-Identifier: Apache-2.0
// Records of plans in the trash, read without their files.
#include "removal/trash/run_record.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/errors.h"
#include "removal/trash/json_outline.h"
#include "removal/trash/trash.h"
#include "tests/support/indexed_storage.h"
#include "world.h"

namespace checkpointfs::removal {
namespace {

// The outline of a text that comes in pieces of `size` bytes.
std::string outline_of(std::string_view text, size_t size) {
  JsonOutline outline("files");
  std::string left;
  for (size_t at = 0; at < text.size(); at += size) left += outline.add(text.substr(at, size));
  return left;
}

TEST(JsonOutline, leaves_out_the_elements_of_the_arrays_with_the_key) {
  struct Case {
    std::string_view text;
    std::string_view outline;
  };
  const Case cases[] = {
      {R"({"files":[1,2],"b":[3]})", R"({"files":[],"b":[3]})"},
      {R"({"files":[{"a":["]","\"]"]},[[]]],"b":{"files":[1]}})", R"({"files":[],"b":{"files":[]}})"},
      {R"({"files" : [ 1 ] ,"b":1})", R"({"files" : [] ,"b":1})"},
      {R"({"files":{"a":[1]},"b":"files","c":[1]})", R"({"files":{"a":[1]},"b":"files","c":[1]})"},
      {R"({"why":"\"files\":[1]","a":["files",[1]]})", R"({"why":"\"files\":[1]","a":["files",[1]]})"},
      {R"({"xfiles":[1],"filesx":[1],"file\\":[1],"\"files":[1]})",
       R"({"xfiles":[1],"filesx":[1],"file\\":[1],"\"files":[1]})"},
      {R"({"files":[]})", R"({"files":[]})"},
  };
  for (const Case& one : cases) {
    for (const size_t size : {size_t{1}, size_t{3}, one.text.size()})
      EXPECT_EQ(one.outline, outline_of(one.text, size)) << one.text << " by " << size;
  }
}

TEST(JsonOutline, of_a_text_that_is_cut_is_cut) {
  constexpr std::string_view text = R"({"plan":{"files":[{"a":1},{"b":2}],"c":1}})";
  const std::string whole = outline_of(text, text.size());
  for (size_t length = 0; length < text.size(); ++length)
    EXPECT_NE(whole, outline_of(text.substr(0, length), 4)) << length;
}

TEST(RunRecord, without_files_has_all_else) {
  World world;
  const std::string shared = world.path("a/shared/");
  const Needed first{shared + world.uuid(), 3};
  const Needed other{shared + world.uuid(), 4};
  world.file(first.path, first.size);
  world.file(other.path, other.size);
  world.snapshot(world.path("a/chk-1"), {first}, 1);
  world.snapshot(world.path("a/chk-2"), {other}, 2);
  world.pass(10 * kDay);
  const Plan plan = world.plan_rm({world.path("a/chk-1")});
  EXPECT_EQ(1U, plan.files.size());
  world.apply(plan);

  const auto trash = Trash::open(world.source());
  ASSERT_TRUE(trash);
  const auto whole = read_run(*trash, plan.id);
  const auto without = read_run_without_files(*trash, plan.id);
  ASSERT_TRUE(whole && without);
  EXPECT_EQ(1U, whole->plan.files.size());
  EXPECT_TRUE(without->plan.files.empty());
  ASSERT_EQ(1U, without->plan.snapshots.size());
  EXPECT_EQ(whole->plan.snapshots.front().place, without->plan.snapshots.front().place);
  EXPECT_EQ(whole->plan.others, without->plan.others);
  EXPECT_EQ(whole->plan.sources, without->plan.sources);
  EXPECT_EQ(whole->directories.size(), without->directories.size());
  EXPECT_FALSE(read_run_without_files(*trash, "another"));

  const std::string record = trash->path() + "/" + plan.id + "/run.json";
  const std::string text = contents(record);
  test::replace_file(record, text.substr(0, text.size() / 2));
  EXPECT_THROW(read_run_without_files(*trash, plan.id), base::Failure);
}

}  // namespace
}  // namespace checkpointfs::removal
