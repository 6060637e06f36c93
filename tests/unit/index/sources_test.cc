// SPDX-License-Identifier: Apache-2.0
// Several sources, and sources with several names.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/errors.h"
#include "flink/decode.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

using test::file;
using test::relative;
using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

class SeveralSources : public testing::Test {
 protected:
  SeveralSources() {
    for (const char* source : {"x/flink", "y/flink", "z/other"}) {
      const std::string directory = storage_.temporary.path() + "/" + source;
      test::replace_file(directory + "/shared/f", std::string(10, 's'));
      test::replace_file(directory + "/chk-1/_metadata",
                         test::metadata_with({file("file:" + directory + "/shared/f", 10)}));
      sources_.push_back(directory);
    }
    storage_.options.sources = sources_;
  }
  test::IndexedStorage storage_;
  Names sources_;
};

TEST_F(SeveralSources, are_directories_named_by_their_base_names) {
  const ScanResult result = storage_.scan();
  EXPECT_EQ(3u, result.snapshots);
  EXPECT_EQ((Names{"flink", "flink-2", "other"}), storage_.list(""));
  EXPECT_EQ((Names{"_metadata", "f"}), storage_.list("flink-2/chk-1"));
  const Snapshot snapshot = storage_.snapshot_at("flink-2/chk-1");
  EXPECT_EQ("flink-2/chk-1", snapshot.path);
  EXPECT_EQ("chk-1", snapshot.source_path);
  EXPECT_EQ(sources_[1], snapshot.source.path);
  Names paths;
  storage_.reader().snapshots().for_each([&](const Snapshot& s) { paths.push_back(s.path); });
  EXPECT_EQ((Names{"flink/chk-1", "flink-2/chk-1", "other/chk-1"}), paths);
}

TEST_F(SeveralSources, may_refer_to_each_other) {
  test::replace_file(sources_[2] + "/chk-2/_metadata",
                     test::metadata_with({file("file:" + sources_[0] + "/shared/f", 10)}));
  storage_.scan();
  EXPECT_EQ(storage_.find("flink/chk-1/f").id, storage_.find("other/chk-2/f").id);
}

TEST_F(SeveralSources, fewer_of_them_are_another_projection_of_the_same_files) {
  storage_.scan();
  const NodeId before = storage_.find("flink-2/chk-1/f").id;
  storage_.options.sources = {sources_[1]};
  const ScanResult result = storage_.scan();
  EXPECT_EQ(1u, result.snapshots);
  EXPECT_EQ((Names{"chk-1"}), storage_.list(""));
  EXPECT_EQ(before, storage_.find("chk-1/f").id);
  storage_.options.sources = sources_;
  EXPECT_EQ(3u, storage_.scan().snapshots);
  EXPECT_EQ(before, storage_.find("flink-2/chk-1/f").id);
}

TEST_F(SeveralSources, that_lie_in_each_other_or_are_missing_are_refused) {
  for (const Names& sources : {Names{sources_[0], sources_[0] + "/chk-1"}, Names{sources_[0], sources_[0]},
                               Names{sources_[0] + "/none"}, Names{sources_[0] + "/shared/f"}, Names{}}) {
    storage_.options.sources = sources;
    try {
      scan(storage_.options, {});
      ADD_FAILURE() << "nothing was thrown";
    } catch (const base::Failure& failure) {
      EXPECT_EQ(base::FailureKind::kSource, failure.kind());
    }
  }
}

class NamedSources : public SeveralSources {
 protected:
  // Their names, in the order of sources_; "": none.
  void name(const Names& names) {
    storage_.options.sources.clear();
    storage_.options.names.clear();
    for (size_t i = 0; i < names.size(); ++i)
      add_source((names[i].empty() ? "" : names[i] + "=") + sources_[i], &storage_.options);
  }
  std::string refusal(const Names& names) {
    try {
      name(names);
      scan(storage_.options, {});
    } catch (const base::Failure& failure) {
      EXPECT_EQ(base::FailureKind::kUsage, failure.kind());
      return failure.what();
    }
    return "";
  }
};

TEST_F(NamedSources, are_directories_of_these_names) {
  name({"prod", "", "dr"});
  storage_.scan();
  EXPECT_EQ((Names{"dr", "flink", "prod"}), storage_.list(""));
  EXPECT_EQ(sources_[0], storage_.snapshot_at("prod/chk-1").source.path);
}

TEST_F(NamedSources, are_directories_also_when_there_is_only_one) {
  name({"prod"});
  storage_.scan();
  EXPECT_EQ((Names{"prod"}), storage_.list(""));
  EXPECT_EQ((Names{"_metadata", "f"}), storage_.list("prod/chk-1"));
}

TEST_F(NamedSources, keep_their_names_when_nobody_repeats_them) {
  name({"prod", "", "dr"});
  storage_.scan();
  const NodeId file = storage_.find("prod/chk-1/f").id;
  name({"", "", ""});
  EXPECT_EQ(0u, storage_.scan().metadata_read);
  EXPECT_EQ((Names{"dr", "flink", "prod"}), storage_.list(""));
  storage_.options.sources = {sources_[2], sources_[0], sources_[1]};
  EXPECT_EQ(0u, storage_.scan().metadata_read);
  EXPECT_EQ(file, storage_.find("prod/chk-1/f").id);
}

TEST_F(NamedSources, are_renamed_by_another_name) {
  name({"prod", "test", ""});
  storage_.scan();
  const NodeId file = storage_.find("prod/chk-1/f").id;
  name({"main", "", ""});
  storage_.scan();
  EXPECT_EQ((Names{"main", "other", "test"}), storage_.list(""));
  EXPECT_EQ(file, storage_.find("main/chk-1/f").id);
  name({"test", "main", ""});
  storage_.scan();
  EXPECT_EQ(sources_[0], storage_.snapshot_at("test/chk-1").source.path);
}

TEST_F(NamedSources, take_the_names_that_others_would_get_by_themselves) {
  name({"", "", "flink"});
  storage_.scan();
  EXPECT_EQ((Names{"flink", "flink-2", "flink-3"}), storage_.list(""));
  EXPECT_EQ(sources_[2], storage_.snapshot_at("flink/chk-1").source.path);
}

TEST_F(NamedSources, with_names_that_no_directory_could_have_or_that_are_taken_are_refused) {
  EXPECT_NE("", refusal({".hidden"}));
  EXPECT_NE("", refusal({".."}));
  EXPECT_NE("", refusal({std::string(256, 'x')}));
  EXPECT_NE("", refusal({std::string("a\0b", 3)}));
  EXPECT_NE(std::string::npos, refusal({"a", "a"}).find(sources_[0] + " has this name already"));
  name({"a", "b"});
  storage_.scan();
  EXPECT_NE(std::string::npos, refusal({"", "a"}).find("is that of " + sources_[0]));
  Options options;
  EXPECT_THROW(add_source("=" + sources_[0], &options), base::Failure);
  EXPECT_THROW(add_source("a=", &options), base::Failure);
  add_source("./a=b", &options);
  EXPECT_EQ((Names{"./a=b"}), options.sources);
  EXPECT_TRUE(options.names.empty());
}

TEST(LinkedSource, is_known_by_both_names) {
  test::IndexedStorage storage;
  const std::string link = storage.temporary.path() + "/link";
  ASSERT_EQ(0, ::symlink(storage.source().c_str(), link.c_str()));
  storage.state_file("job/shared/a", 10);
  storage.snapshot("job/chk-1",
                   {file(storage.uri("job/shared/a"), 10), file("file:" + link + "/job/shared/a", 10)});
  storage.options.sources = {link};
  const ScanResult result = storage.scan();
  EXPECT_EQ((Files{{"a", "ok"}}), storage.files("job/chk-1"));
  EXPECT_TRUE(result.inferred.empty());
  // The other name alone is the same index, and changes nothing.
  storage.options.sources = {storage.source()};
  EXPECT_EQ(0u, storage.scan().metadata_read);
}

}  // namespace
}  // namespace checkpointfs::index
