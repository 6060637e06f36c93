// SPDX-License-Identifier: Apache-2.0
// Tests how long commands remember sources and jobs that had snapshots, and mappings.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "tests/cli/aged_storage.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;

// Beside the aged storage a second one, with a file in the first that only it needs.
class Memory : public AgedStorage {
 protected:
  void SetUp() override {
    AgedStorage::SetUp();
    copy_fixture("flink-2.3.0/inline", second());
    for (const auto& entry : fs::recursive_directory_iterator(second())) {
      if (entry.is_regular_file())
        fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::days(5));
    }
  }
  std::string second() const { return directory_ / "second"; }
  Output both(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin() + 1, {"--source", source(), "--source", second()});
    return program_.run(arguments);
  }
  // Leaves an empty directory, as if the second source were not mounted.
  void unmount_second() const {
    fs::rename(second(), directory_ / "mounted");
    fs::create_directory(second());
  }
  void mount_second() const {
    fs::remove(second());
    fs::rename(directory_ / "mounted", second());
  }
};

TEST_F(Memory, source_that_was_not_mounted_while_listing_is_missed_by_gc_and_purge) {
  ASSERT_EQ(both({"gc", "--keep-last", "1", "--apply"}).exit_code, 0);
  unmount_second();
  ASSERT_EQ(program_.run({"list", source(), second()}).exit_code, 0);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"gc"}, {"gc", "--apply"}, {"rm", chk(4), "--apply"}, {"trash", "purge", "--all", "--apply"}}) {
    const Output refused = both(arguments);
    EXPECT_EQ(refused.exit_code, 11) << arguments.front() << refused.out << refused.err;
    EXPECT_TRUE(contains(refused.err, "--forget " + second())) << refused.err;
  }
  mount_second();
  EXPECT_EQ(both({"gc"}).exit_code, 0);
  EXPECT_EQ(both({"trash", "purge", "--all", "--apply"}).exit_code, 0);
}

TEST_F(Memory, index_alone_tells_of_a_source_that_was_not_mounted) {
  ASSERT_EQ(program_.run({"list", source(), second()}).exit_code, 0);
  unmount_second();
  ASSERT_EQ(program_.run({"list", source(), second()}).exit_code, 0);
  const Output refused = both({"gc", "--apply"});
  EXPECT_EQ(refused.exit_code, 11) << refused.out;
  EXPECT_TRUE(contains(refused.err, "--forget " + second())) << refused.err;
  EXPECT_EQ(both({"gc", "--apply", "--forget", second()}).exit_code, 0);
  EXPECT_EQ(both({"gc"}).exit_code, 0) << "for good";
}

TEST_F(Memory, fresh_index_of_another_host_has_the_record_of_the_source) {
  ASSERT_EQ(both({"gc", "--apply"}).exit_code, 0);
  const Program other(directory_ / "other-host");
  const Output one = other.run({"gc", "--source", source()});
  EXPECT_EQ(one.exit_code, 11) << one.out;
  EXPECT_TRUE(contains(one.err, second() + " was a source together with " + source())) << one.err;
  EXPECT_EQ(other.run({"gc", "--source", source(), "--source", second()}).exit_code, 0);
  EXPECT_EQ(other.run({"gc", "--source", source(), "--forget", second()}).exit_code, 0);
}

TEST_F(Memory, mapping_of_a_question_holds_for_that_question_only) {
  const auto mappings = [&](const Output& output) {
    size_t given = 0;
    const boost::json::value plan = output.json();
    for (const boost::json::value& mapping : plan.at("mappings").as_array())
      given += !mapping.at("inferred").as_bool();
    return given;
  };
  const std::string job = "file:/data/flink/checkpoints/2960957b08e4c57f7cf4a712afcdf82b";
  const std::vector<std::string> map = {"--map", job + "=" + source() + "/2960957b08e4c57f7cf4a712afcdf82b"};
  const Output listed = program_.run({"list", source(), map[0], map[1]});
  ASSERT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_EQ(mappings(gc({"--json"})), 0U);
  EXPECT_EQ(mappings(gc({"--json", map[0], map[1]})), 1U);
  const Output plan = gc({map[0], map[1]});
  EXPECT_TRUE(contains(plan.out, "mapping: " + map[1] + "\n")) << plan.out;
  EXPECT_FALSE(contains(gc({}).out, "mapping: " + map[1])) << "nor is that of a plan kept";

  ASSERT_EQ(program_.run({"index", source(), map[0], map[1]}).exit_code, 0);
  EXPECT_EQ(mappings(gc({"--json"})), 1U) << "index keeps it";
  EXPECT_EQ(program_.run({"index", source(), "--forget-map", "s3://other/flink"}).exit_code, 2);
  ASSERT_EQ(program_
                .run({"index", source(), "--forget-map",
                      "file:///data/flink/checkpoints/2960957b08e4c57f7cf4a712afcdf82b/"})
                .exit_code,
            0);
  EXPECT_EQ(mappings(gc({"--json"})), 0U);
}

TEST_F(Memory, plan_is_carried_out_with_its_own_mappings) {
  const std::string plan = directory_ / "plan";
  const std::string job = "file:/data/flink/checkpoints/2960957b08e4c57f7cf4a712afcdf82b";
  const std::string map = job + "=" + source() + "/2960957b08e4c57f7cf4a712afcdf82b";
  ASSERT_EQ(gc({"--keep-last", "1", "--map", map, "--plan", plan}).exit_code, 0);
  const Output refused = program_.run({"gc", "--apply", plan});
  EXPECT_EQ(refused.exit_code, 11);
  EXPECT_TRUE(contains(refused.err, "give the same --map")) << refused.err;
  const Output applied = program_.run({"gc", "--apply", plan, "--map", map});
  EXPECT_EQ(applied.exit_code, 0) << applied.err;
  expect_sound(3);
}

// The mapping leads to a copy, where the snapshots find all that they need.
TEST_F(Memory, mapping_to_a_backup_takes_nothing_of_the_original) {
  const std::string backup = directory_ / "backup";
  fs::copy(source(), backup, fs::copy_options::recursive);
  std::string uri;  // as the metadata names the files
  {
    const Output shown = program_.run({"show", "--json", "--source", source(), chk(2)});
    ASSERT_EQ(shown.exit_code, 0) << shown.err;
    uri = text(shown.json().at("files").at(0), "uri");
    const std::string path = text(shown.json().at("files").at(0), "path");
    ASSERT_TRUE(uri.ends_with(path));
    uri.resize(uri.size() - path.size() - 1);
  }
  ASSERT_EQ(program_.run({"index", source(), "--map", uri + "=" + backup}).exit_code, 0);
  const auto before = tree();
  const Output collected = gc({"--grace", "0", "--apply", "--force-most", "--json"});
  EXPECT_EQ(collected.exit_code, 0) << collected.err;
  EXPECT_EQ(tree(), before);
}

}  // namespace
}  // namespace checkpointfs::test
