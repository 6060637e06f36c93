// SPDX-License-Identifier: Apache-2.0
// Metadata written by real Flinks is read as their own reader reads it, see tests/data/README.md.
#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "base/path.h"
#include "base/text/modified_utf8.h"
#include "flink/check_rewritten.h"
#include "flink/decode.h"
#include "flink/rewrite.h"
#include "flink/uri.h"
#include "tests/support/metadata_builder.h"
#include "tests/unit/flink/decoding.h"
#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::flink {
namespace {

const std::vector<test::Fixture>& fixtures() {
  static const std::vector<test::Fixture> all = test::metadata_fixtures();
  return all;
}

// The name of the position in the expected files.
std::string position_of(const FileHandle& handle) {
  if (handle.part != Part::kDelegate) return std::string(to_string(handle.part));
  switch (handle.role) {
    case Role::kOperatorManaged:
    case Role::kOperatorRaw:
      return "operator";
    case Role::kKeyedManaged:
    case Role::kKeyedRaw:
      return "keyed";
    case Role::kInputChannel:
      return "input-channel";
    case Role::kResultSubpartition:
      return "output-channel";
  }
  return "";
}

std::string kind_of(StreamTag tag) {
  return tag == StreamTag::kFile ? "file" : tag == StreamTag::kRelative ? "relative" : "segment";
}

std::string text_of(std::string_view modified) {
  return base::utf8_from_modified(modified).value_or("?");
}

// One line of an expected file, without its position in the file.
using Lines = std::multiset<std::string>;

std::string line_of(const FileHandle& handle) {
  std::ostringstream line;
  line << "handle\t" << kind_of(handle.tag) << '\t' << text_of(handle.path) << '\t' << handle.size << '\t'
       << handle.start << '\t' << position_of(handle);
  return line.str();
}

std::string line_of(const Operator& op) {
  std::ostringstream line;
  line << "operator\t" << hex(op.id) << '\t' << text_of(op.name) << '\t' << text_of(op.uid) << '\t'
       << op.parallelism << '\t' << op.max_parallelism << '\t' << op.subtasks;
  return line.str();
}

// The lines of each operator, in the order of the operators. Handles of inline state and the directories of
// merged files are not in Metadata one by one: they are counted.
struct Reading {
  std::string checkpoint;
  std::vector<std::pair<std::string, Lines>> operators;
  size_t byte_handles = 0;
  size_t empty_segments = 0;
  size_t directories = 0;
};

Reading reading_of(const Metadata& metadata) {
  Reading reading;
  reading.checkpoint = "checkpoint\t" + std::to_string(metadata.checkpoint_id);
  for (const Operator& op : metadata.operators) reading.operators.emplace_back(line_of(op), Lines());
  for (const FileHandle& file : metadata.files) {
    reading.operators[file.operator_index].second.insert(line_of(file));
  }
  reading.byte_handles = metadata.inlines.size();
  reading.directories = 2 * metadata.segment_operators.size();
  reading.empty_segments =
      static_cast<size_t>(std::count_if(metadata.segment_operators.begin(), metadata.segment_operators.end(),
                                        [](const SegmentOperatorHandle& handle) { return handle.empty; }));
  return reading;
}

Reading reading_of_flink(const std::filesystem::path& expected) {
  Reading reading;
  std::istringstream in(test::read_file(expected));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("checkpoint\t")) {
      reading.checkpoint = line;
    } else if (line.starts_with("operator\t")) {
      reading.operators.emplace_back(line, Lines());
    } else if (line.starts_with("directory\t")) {
      ++reading.directories;
    } else if (line.starts_with("handle\tbyte\t")) {
      ++reading.byte_handles;
    } else if (line.starts_with("handle\tempty\t")) {
      ++reading.empty_segments;
    } else {
      reading.operators.back().second.insert(line);
    }
  }
  return reading;
}

TEST(Fixtures, there_are_some) {
  ASSERT_FALSE(fixtures().empty()) << test::data_directory();
}

TEST(Fixtures, are_read_as_flink_reads_them) {
  size_t compared = 0;
  for (const test::Fixture& fixture : fixtures()) {
    if (!std::filesystem::exists(fixture.expected)) continue;
    ++compared;
    const Reading ours = reading_of(decoded(fixture.bytes));
    const Reading theirs = reading_of_flink(fixture.expected);
    EXPECT_EQ(ours.checkpoint, theirs.checkpoint) << fixture.name;
    EXPECT_EQ(ours.byte_handles, theirs.byte_handles) << fixture.name;
    EXPECT_EQ(ours.empty_segments, theirs.empty_segments) << fixture.name;
    EXPECT_EQ(ours.directories, theirs.directories) << fixture.name;
    EXPECT_EQ(ours.operators, theirs.operators) << fixture.name;
  }
  EXPECT_GT(compared, 0u);
}

TEST(Fixtures, say_whether_they_are_savepoints) {
  for (const test::Fixture& fixture : fixtures()) {
    const Metadata metadata = decoded(fixture.bytes);
    if (metadata.version < 4) continue;
    const bool savepoint = fixture.name.find("/savepoint-") != std::string::npos;
    EXPECT_EQ(metadata.kind, savepoint ? SnapshotKind::kSavepoint : SnapshotKind::kCheckpoint)
        << fixture.name;
  }
}

TEST(Fixtures, relative_handles_have_files_of_the_recorded_size_beside_the_metadata) {
  for (const test::Fixture& fixture : fixtures()) {
    for (const FileHandle& handle : decoded(fixture.bytes).files) {
      if (handle.tag != StreamTag::kRelative || !handle.size_is_exact()) continue;
      const std::filesystem::path file = fixture.directory / text_of(handle.path);
      ASSERT_TRUE(std::filesystem::exists(file)) << file;
      EXPECT_EQ(std::filesystem::file_size(file), static_cast<uint64_t>(handle.size)) << file;
    }
  }
}

TEST(Fixtures, original_form_gives_identical_bytes) {
  for (const test::Fixture& fixture : fixtures()) {
    const std::vector<std::string> names = numbered_names(decoded(fixture.bytes));
    EXPECT_EQ(rewritten(fixture.bytes, {FormKind::kOriginal, ""}, names), fixture.bytes) << fixture.name;
  }
}

TEST(Fixtures, every_form_passes_its_check_with_the_original_base_names) {
  for (const test::Fixture& fixture : fixtures()) {
    const Metadata metadata = decoded(fixture.bytes);
    std::vector<std::string> names;
    for (const FileHandle& handle : metadata.files) names.emplace_back(base::last_component(handle.path));
    for (const FormKind kind : {FormKind::kOwned, FormKind::kShared, FormKind::kAbsolute}) {
      const Form form = {kind, "hdfs://nn:8020/copy"};
      const std::string result = rewritten(fixture.bytes, form, names);
      EXPECT_EQ(check_rewritten(metadata, result, form, names), "") << fixture.name;
    }
  }
}

TEST(Fixtures, builder_writes_the_properties_that_flink_writes) {
  std::map<SnapshotKind, bool> seen;
  for (const test::Fixture& fixture : fixtures()) {
    for (const SnapshotKind kind : {SnapshotKind::kCheckpoint, SnapshotKind::kSavepoint}) {
      if (fixture.bytes.ends_with(test::checkpoint_properties(kind))) seen[kind] = true;
    }
  }
  EXPECT_TRUE(seen[SnapshotKind::kCheckpoint]);
  EXPECT_TRUE(seen[SnapshotKind::kSavepoint]);
}

}  // namespace
}  // namespace checkpointfs::flink
