// SPDX-License-Identifier: Apache-2.0
// Metadata that is rewritten with the names of the index is what it is with those made from all of it.
#include "transfer/rewritten_metadata.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "flink/decode.h"
#include "storage/snapshot_files.h"
#include "tests/support/files.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::transfer {
namespace {

class RewrittenMetadata : public testing::Test {
 protected:
  RewrittenMetadata() {
    for (const char* const name : {"job/shared/a", "job/taskowned/a", "job/chk-7/own"})
      storage_.state_file(name, 1000);
    const std::string a = storage_.uri("job/shared/a");
    const std::string namesake = storage_.uri("job/taskowned/a");
    storage_.snapshot(
        "job/chk-7",
        {test::file(a, 1000), test::segment(a, 0, 10), test::file(namesake, 1000), test::segment(a, 10, 10),
         test::relative("own", 1000), test::file("file://" + a.substr(5), 1000), test::segment(a, 0, 10),
         test::file(namesake, 1000), test::relative("../shared/a", 1000), test::file(a, 1000)});
    storage_.scan();
    snapshot_ = storage_.snapshot_at("job/chk-7");
  }

  test::IndexedStorage storage_;
  index::Snapshot snapshot_;
};

TEST_F(RewrittenMetadata, names_each_file_as_the_projection_however_often_it_is_named) {
  const std::string bytes = test::read_file(storage_.path("job/chk-7/_metadata"));
  const auto metadata = flink::decode(bytes);
  ASSERT_TRUE(metadata.has_value());
  const storage::Resolver resolver(storage_.reader().roots(), storage_.reader().mappings());
  const std::vector<std::string> names =
      storage::projected_names(*metadata, {snapshot_.source.id, snapshot_.source_path}, resolver);
  EXPECT_EQ(snapshot_.files, 5U);
  for (const flink::Form& form : {flink::Form{}, flink::Form{flink::FormKind::kShared, "../shared"},
                                  flink::Form{flink::FormKind::kAbsolute, "s3://bucket/copy"}}) {
    const auto expected = flink::rewrite(bytes, *metadata, form, names);
    ASSERT_TRUE(expected.has_value());
    EXPECT_TRUE(*expected == rewritten_metadata(storage_.reader(), snapshot_, form));
  }
}

TEST_F(RewrittenMetadata, has_other_names_of_any_length) {
  const auto long_name = [](const NamedFile& file, std::string_view) {
    return file.name + std::string(255 - file.name.size(), 'x');
  };
  const std::string text = rewritten_metadata(storage_.reader(), snapshot_, {}, long_name);
  const auto metadata = flink::decode(text);
  ASSERT_TRUE(metadata.has_value());
  for (const flink::FileHandle& handle : metadata->files) EXPECT_EQ(handle.path.size(), 255U);
}

TEST_F(RewrittenMetadata, is_refused_if_the_index_has_other_files) {
  index::Snapshot other = snapshot_;
  ++other.files;
  EXPECT_THROW(rewritten_metadata(storage_.reader(), other, {}), base::Failure);
  storage_.state_file("other/shared/b", 5);
  storage_.snapshot("other/chk-1", {test::file(storage_.uri("other/shared/b"), 5)});
  storage_.close_reader();
  storage_.scan();
  other = snapshot_;
  other.id = storage_.snapshot_at("other/chk-1").id;
  EXPECT_THROW(rewritten_metadata(storage_.reader(), other, {}), base::Failure);
}

TEST_F(RewrittenMetadata, is_refused_if_the_metadata_is_another_one) {
  storage_.snapshot("job/chk-7", {test::file(storage_.uri("job/shared/a"), 1000)});
  EXPECT_THROW(rewritten_metadata(storage_.reader(), snapshot_, {}), base::Failure);
  EXPECT_THROW(stat_snapshot(snapshot_), base::Failure);
}

}  // namespace
}  // namespace checkpointfs::transfer
