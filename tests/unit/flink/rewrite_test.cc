// SPDX-License-Identifier: Apache-2.0
#include "flink/rewrite.h"

#include <gtest/gtest.h>

#include "flink/check_rewritten.h"
#include "flink/decode.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"
#include "tests/support/samples.h"
#include "tests/unit/flink/decoding.h"

namespace checkpointfs::flink {
namespace {

using namespace std::string_literals;
using test::MetadataBuilder;

const Form kOriginal = {FormKind::kOriginal, ""};
const Form kOwnedForm = {FormKind::kOwned, ""};
const Form kSharedForm = {FormKind::kShared, ""};
const Form kAbsoluteForm = {FormKind::kAbsolute, "s3://bucket/copy/chk-1"};

std::string one_file(const std::string& handle) {
  return MetadataBuilder(4).op().subtask({.managed_keyed = test::key_groups(handle)}).bytes();
}

base::InputError refusal_of(const std::string& bytes, const Form& form,
                            const std::vector<std::string>& names) {
  const base::Result<std::string> result = rewrite(bytes, decoded(bytes), form, names);
  EXPECT_FALSE(result.has_value());
  return result.has_value() ? base::InputError{} : result.error();
}

TEST(Rewrite, original_form_gives_identical_bytes) {
  for (const test::Sample& sample : test::samples()) {
    const std::vector<std::string> names = numbered_names(decoded(sample.bytes));
    EXPECT_EQ(rewritten(sample.bytes, kOriginal, names), sample.bytes) << sample.name;
  }
}

TEST(Rewrite, every_form_of_every_sample_passes_its_check) {
  for (const test::Sample& sample : test::samples()) {
    const Metadata metadata = decoded(sample.bytes);
    const std::vector<std::string> names = numbered_names(metadata);
    for (const Form& form : {kOwnedForm, kSharedForm, kAbsoluteForm}) {
      const std::string result = rewritten(sample.bytes, form, names);
      EXPECT_EQ(check_rewritten(metadata, result, form, names), "") << sample.name;
    }
  }
}

TEST(Rewrite, rewriting_again_with_the_same_names_changes_nothing) {
  for (const test::Sample& sample : test::samples()) {
    const std::vector<std::string> names = numbered_names(decoded(sample.bytes));
    for (const Form& form : {kOwnedForm, kSharedForm, kAbsoluteForm}) {
      const std::string once = rewritten(sample.bytes, form, names);
      EXPECT_EQ(rewritten(once, form, names), once) << sample.name;
    }
  }
}

TEST(Rewrite, owned_form_of_an_absolute_one_is_the_owned_form) {
  for (const test::Sample& sample : test::samples()) {
    const std::vector<std::string> names = numbered_names(decoded(sample.bytes));
    EXPECT_EQ(rewritten(rewritten(sample.bytes, kAbsoluteForm, names), kOwnedForm, names),
              rewritten(sample.bytes, kOwnedForm, names))
        << sample.name;
  }
}

TEST(Rewrite, file_relative_and_segment_become_relative) {
  for (const std::string& handle :
       {test::file("file:/a/b", 77), test::relative("old", 77), test::segment("/merged", 1000, 77)}) {
    const std::string bytes = one_file(handle);
    EXPECT_EQ(rewritten(bytes, kOwnedForm, {"new"}), one_file(test::relative("new", 77)));
    EXPECT_EQ(rewritten(bytes, kSharedForm, {"new"}), one_file(test::relative("new", 77)));
  }
}

TEST(Rewrite, file_relative_and_segment_become_absolute) {
  for (const std::string& handle :
       {test::file("file:/a/b", 77), test::relative("old", 77), test::segment("/merged", 1000, 77)}) {
    EXPECT_EQ(rewritten(one_file(handle), kAbsoluteForm, {"new"}),
              one_file(test::file("s3://bucket/copy/chk-1/new", 77)));
  }
}

TEST(Rewrite, recorded_sizes_are_kept_unknown_ones_and_those_of_changelog_files_too) {
  EXPECT_EQ(rewritten(one_file(test::file("/a", -1)), kOwnedForm, {"a"}), one_file(test::relative("a", -1)));
  const auto build = [](const std::string& handle) {
    return MetadataBuilder(4)
        .op()
        .subtask({.managed_keyed = test::changelog({}, {test::changelog_files({{8, handle}})})})
        .bytes();
  };
  EXPECT_EQ(rewritten(build(test::file("/dstl", 123)), kOwnedForm, {"dstl"}),
            build(test::relative("dstl", 123)));
}

TEST(Rewrite, shared_map_moves_into_the_private_map_in_the_owned_form_only) {
  for (const int tag : {5, 11}) {
    const auto build = [tag](const auto& shared, const auto& private_) {
      return MetadataBuilder(4)
          .op()
          .subtask({.managed_keyed = test::incremental({.tag = tag, .shared = shared, .private_ = private_})})
          .bytes();
    };
    using List = std::vector<std::pair<std::string, std::string>>;
    const List shared = {{"1.sst", test::relative("a", 1)}, {"2.sst", test::byte("b", "x")}};
    const List own = {{"CURRENT", test::relative("c", 3)}};
    const List all = {shared[0], shared[1], own[0]};
    const std::string bytes = build(shared, own);
    EXPECT_EQ(rewritten(bytes, kOwnedForm, {"a", "c"}), build(List{}, all));
    EXPECT_EQ(rewritten(bytes, kSharedForm, {"a", "c"}), bytes);
  }
}

TEST(Rewrite, file_merging_operator_state_becomes_plain_in_every_form) {
  const auto build = [](const std::string& managed, const std::string& raw) {
    return MetadataBuilder(4).op().subtask({.managed_operator = managed, .raw_operator = raw}).bytes();
  };
  const std::vector<test::State> states = {{"s", {0, 8}}};
  const std::string bytes =
      build(test::segment_operator({.states = states, .delegate = test::segment("/m", 5, 16)}),
            test::segment_operator({.states = {}, .delegate = test::empty_segment(), .is_empty = 1}));
  EXPECT_EQ(rewritten(bytes, kOwnedForm, {"n"}),
            build(test::partitionable(states, test::relative("n", 16)), ""));
  EXPECT_EQ(rewritten(bytes, kAbsoluteForm, {"n"}),
            build(test::partitionable(states, test::file("s3://bucket/copy/chk-1/n", 16)), ""));
}

TEST(Rewrite, names_are_written_in_modified_utf8) {
  const std::string bytes = one_file(test::file("/a", 1));
  const std::string name = "\xF0\x9F\x98\x80 %20";
  EXPECT_EQ(rewritten(bytes, kOwnedForm, {name}),
            one_file(test::relative("\xED\xA0\xBD\xED\xB8\x80 %20", 1)));
}

TEST(Rewrite, names_that_flink_cannot_resolve_are_refused_at_their_handle) {
  const std::string bytes = one_file(test::file("/a", 1));
  const uint64_t offset = decoded(bytes).files[0].offset;
  for (const std::string& name : {""s, "."s, ".."s, "a/b"s, "/a"s, "a\0b"s, "a:b"s, ":"s, "a\\b"s,
                                  "_metadata"s, std::string(256, 'a'), "\xFF"s, "\xED\xA0\x80"s}) {
    const base::InputError error = refusal_of(bytes, kOwnedForm, {name});
    EXPECT_EQ(error.offset, offset) << name;
    EXPECT_EQ(error.field, "name") << name;
    EXPECT_EQ(refusal_of(bytes, kAbsoluteForm, {name}).field, "name") << name;
  }
  for (const std::string& name :
       {"a"s, "..."s, ".a"s, "a b"s, "a%2Fb"s, "_metadata-1"s, std::string(255, 'a'), "\x01"s}) {
    EXPECT_EQ(name_problem(name), "") << name;
    EXPECT_TRUE(rewrite(bytes, decoded(bytes), kOwnedForm, {name}).has_value()) << name;
  }
}

TEST(Rewrite, prefixes_that_are_no_uri_of_a_directory_are_refused) {
  const std::string bytes = one_file(test::file("/a", 1));
  for (const std::string& prefix :
       {""s, "relative/path"s, "file:/a/"s, "s3:"s, "file:/a\0b"s, "file:/\xFF"s}) {
    EXPECT_EQ(refusal_of(bytes, {FormKind::kAbsolute, prefix}, {"a"}).field, "prefix") << prefix;
  }
  EXPECT_EQ(refusal_of(bytes, {FormKind::kAbsolute, "/" + std::string(65535, 'a')}, {"a"}).field, "prefix");
  EXPECT_EQ(refusal_of(bytes, {FormKind::kAbsolute, "/" + std::string(65530, 'a')}, {"abcdef"}).field,
            "name");
}

TEST(Rewrite, empty_segments_that_hold_state_are_refused) {
  const std::string odd =
      MetadataBuilder(4)
          .op()
          .subtask({.managed_operator = test::segment_operator({.delegate = test::empty_segment()})})
          .bytes();
  EXPECT_EQ(refusal_of(odd, kOwnedForm, {}).reason, "operator state with offsets into an empty segment");
  const std::string stray = one_file(test::empty_segment());
  EXPECT_EQ(refusal_of(stray, kOwnedForm, {}).reason, "an empty segment that is not an empty operator state");
  EXPECT_EQ(refusal_of(stray, kOwnedForm, {}).offset, decoded(stray).empty_segment_offset);
  EXPECT_EQ(rewritten(stray, kOriginal, {}), stray);
}

TEST(PrefixedSize, is_what_the_rewrite_has) {
  for (const test::Sample& sample : test::samples()) {
    const std::vector<std::string> names = numbered_names(decoded(sample.bytes));
    const uint64_t owned = rewritten(sample.bytes, kOwnedForm, names).size();
    EXPECT_EQ(rewritten(sample.bytes, kSharedForm, names).size(), owned);
    for (const std::string& prefix : {"/"s + "p", "file:/\xC3\xA9/\xF0\x9F\x98\x80"s}) {
      EXPECT_EQ(rewritten(sample.bytes, {FormKind::kAbsolute, prefix}, names).size(),
                prefixed_size(owned, names.size(), prefix))
          << sample.name;
    }
    const std::string in_shared = rewritten(sample.bytes, {FormKind::kOwned, "../shared"}, names);
    EXPECT_EQ(in_shared.size(), prefixed_size(owned, names.size(), "../shared")) << sample.name;
    for (const FileHandle& handle : decoded(in_shared).files) {
      EXPECT_EQ(handle.tag, StreamTag::kRelative) << sample.name;
      EXPECT_TRUE(handle.path.starts_with("../shared/name-")) << sample.name;
    }
  }
}

}  // namespace
}  // namespace checkpointfs::flink
