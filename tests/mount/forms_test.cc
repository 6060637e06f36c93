// SPDX-License-Identifier: Apache-2.0
// The forms that the metadata can be rewritten to.
#include "fixtures.h"
#include "flink/decode.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

struct Handles {
  size_t file = 0;
  size_t relative = 0;
  size_t segment = 0;
  uint64_t shared = 0;
  uint64_t incremental = 0;
  std::multiset<std::string> paths;
};

Handles handles_in(const std::string& path) {
  const std::string bytes = read_file(path);
  const auto metadata = flink::decode(bytes);
  if (!metadata) throw std::runtime_error(to_string(metadata.error()));
  Handles handles;
  for (const flink::FileHandle& handle : metadata->files) {
    if (handle.tag == flink::StreamTag::kFile) ++handles.file;
    if (handle.tag == flink::StreamTag::kRelative) ++handles.relative;
    if (handle.tag == flink::StreamTag::kSegment) ++handles.segment;
    handles.paths.emplace(handle.path);
  }
  for (const flink::IncrementalHandle& handle : metadata->incrementals) {
    handles.shared += handle.shared_count;
    handles.incremental += handle.shared_count + handle.private_count;
  }
  return handles;
}

class Forms : public MountTest, public ::testing::WithParamInterface<Scenario> {
 protected:
  // The paths that the handles of a rewritten metadata must name, each a name after `prefix`.
  std::multiset<std::string> expected_paths(const std::string& snapshot, const std::string& prefix) const {
    std::multiset<std::string> paths;
    for (const ExpectedHandle& handle : storage_.snapshots().at(snapshot))
      paths.insert(prefix + handle.name());
    return paths;
  }

  void expect_sizes_to_be_right(const Mount& mount) const {
    for (const std::string& snapshot : storage_.snapshot_paths()) {
      const std::string path = mount / (snapshot + "/_metadata");
      EXPECT_EQ(stat_of(path).st_size, static_cast<off_t>(read_file(path).size())) << snapshot;
    }
  }

  const Storage storage_{GetParam()};
};

TEST_P(Forms, owned_by_default_names_files_beside_it_and_shares_none) {
  const Mount mount(storage_.path());
  expect_sizes_to_be_right(mount);
  for (const std::string& snapshot : storage_.snapshot_paths()) {
    const Handles rewritten = handles_in(mount / (snapshot + "/_metadata"));
    const Handles original = handles_in(storage_ / (snapshot + "/_metadata"));
    EXPECT_EQ(rewritten.file + rewritten.segment, 0U);
    EXPECT_EQ(rewritten.shared, 0U);
    EXPECT_EQ(rewritten.incremental, original.incremental);
    EXPECT_EQ(rewritten.paths, expected_paths(snapshot, "")) << snapshot;
  }
}

TEST_P(Forms, keep_shared_names_files_beside_it_and_keeps_the_shared_maps) {
  const Mount mount({{storage_.path()}, {"-o", "keep-shared"}});
  expect_sizes_to_be_right(mount);
  for (const std::string& snapshot : storage_.snapshot_paths()) {
    const Handles rewritten = handles_in(mount / (snapshot + "/_metadata"));
    const Handles original = handles_in(storage_ / (snapshot + "/_metadata"));
    EXPECT_EQ(rewritten.file + rewritten.segment, 0U);
    EXPECT_EQ(rewritten.shared, original.shared);
    EXPECT_EQ(rewritten.incremental, original.incremental);
    EXPECT_EQ(rewritten.paths, expected_paths(snapshot, "")) << snapshot;
  }
}

TEST_P(Forms, absolute_names_files_below_the_prefix_and_keeps_the_shared_maps) {
  for (const char* prefix : {"file:///x/y", "s3://bucket/with/long/prefix", "/plain"}) {
    const Mount mount({{storage_.path()}, {"-o", std::string("absolute=") + prefix}});
    expect_sizes_to_be_right(mount);
    for (const std::string& snapshot : storage_.snapshot_paths()) {
      const Handles rewritten = handles_in(mount / (snapshot + "/_metadata"));
      const Handles original = handles_in(storage_ / (snapshot + "/_metadata"));
      EXPECT_EQ(rewritten.relative + rewritten.segment, 0U);
      EXPECT_EQ(rewritten.shared, original.shared);
      EXPECT_EQ(rewritten.paths, expected_paths(snapshot, prefix + ("/" + snapshot) + "/")) << snapshot;
    }
  }
}

TEST_P(Forms, differ_in_nothing_but_the_metadata) {
  const auto without_metadata = [](std::map<std::string, std::string> contents) {
    std::erase_if(contents, [](const auto& file) { return file.first.ends_with("_metadata"); });
    return contents;
  };
  const Mount owned(storage_.path());
  const auto expected = without_metadata(contents_of(owned.path()));
  for (const char* form : {"keep-shared", "absolute=file:///x/y"}) {
    const Mount mount({{storage_.path()}, {"-o", form}});
    EXPECT_TRUE(without_metadata(contents_of(mount.path())) == expected) << form;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Forms, ::testing::ValuesIn(all_scenarios()),
                         [](const auto& test) { return test_name(test.param); });

class FormOptions : public MountTest {};

TEST_F(FormOptions, are_told_by_the_control_directory) {
  const Handmade source;
  for (const auto& [option, form] : std::map<std::string, std::string>{
           {"keep-shared", "shared"}, {"absolute=s3://b/x/", "absolute=s3://b/x"}}) {
    const Mount mount({{source.path()}, {"-o", option}});
    const std::string status = read_file(mount / ".checkpointfs/status");
    EXPECT_NE(status.find("\"form\":\"" + form + "\""), std::string::npos) << status;
  }
}

TEST_F(FormOptions, exclude_each_other) {
  const Handmade source;
  const TempDirectory empty;
  const RunResult result = checkpointfs({"mount", "--index", source.outside("index.db"), "-o",
                                         "keep-shared,absolute=file:///x", source.path(), empty.path()});
  EXPECT_EQ(result.code, 2) << result;
  EXPECT_EQ(mount_type_at(empty.path()), "");
}

TEST_F(FormOptions, absolute_of_a_source_that_is_itself_a_snapshot_has_the_bare_prefix) {
  const Handmade source;
  source.add_snapshot("chk-1", {relative("file", 1)});
  write_file(source / "chk-1/file", "x");
  const Mount mount({{source / "chk-1"}, {"-o", "absolute=file:///x/y"}});
  EXPECT_EQ(handles_in(mount / "_metadata").paths, (std::multiset<std::string>{"file:///x/y/file"}));
}

TEST_F(FormOptions, absolute_restores_from_a_copy_at_the_prefix) {
  const Storage storage(scenarios_called("chained").at(0));
  const TempDirectory target;
  {
    const Mount mount({{storage.path()}, {"-o", "absolute=file://" + target.path()}});
    ASSERT_EQ(run({"cp", "-r", mount.path() + "/.", target.path()}).code, 0);
  }
  for (const std::string& snapshot : storage.snapshot_paths()) {
    for (const std::string& path : handles_in(target / (snapshot + "/_metadata")).paths) {
      EXPECT_TRUE(stdfs::exists(path.substr(std::string("file://").size()))) << path;
    }
  }
}

}  // namespace
}  // namespace checkpointfs::test
