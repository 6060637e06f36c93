// SPDX-License-Identifier: Apache-2.0
// Part by part, metadata is what it is as a whole.
#include <algorithm>

#include <gtest/gtest.h>

#include "flink/check_rewritten.h"
#include "flink/decode.h"
#include "flink/parts.h"
#include "flink/rewrite.h"
#include "tests/support/metadata_builder.h"
#include "tests/support/metadata_fixtures.h"
#include "tests/support/samples.h"
#include "tests/unit/flink/decoding.h"

namespace checkpointfs::flink {
namespace {

// Gives as few bytes as it may.
class MeanInput : public base::GrowingInput {
 public:
  explicit MeanInput(std::string_view bytes) : bytes_(bytes) {}

  uint64_t size() const override { return bytes_.size(); }
  std::string_view until(uint64_t wanted) override {
    EXPECT_LE(wanted, bytes_.size());
    given_ = std::max(given_, wanted);
    return bytes_.substr(0, given_);
  }
  uint64_t given() const { return given_; }

 private:
  std::string_view bytes_;
  uint64_t given_ = 0;
};

struct Parts {
  std::string rewritten;
  std::vector<std::string> paths;
  uint64_t end = 0;
  size_t count = 0;
  size_t most_files = 0;
  std::string problem;
};

Parts rewritten_in_parts(std::string_view bytes, const Form& form, const std::vector<std::string>& names) {
  MeanInput input(bytes);
  PartDecoder decoder(input);
  Parts parts;
  while (true) {
    const auto part = decoder.next();
    if (!part.has_value()) {
      parts.problem = base::to_string(part.error());
      return parts;
    }
    if (*part == nullptr) return parts;
    const Metadata& metadata = **part;
    EXPECT_EQ(metadata.begin, parts.end);
    EXPECT_EQ(metadata.end, input.given());
    const auto first = names.begin() + static_cast<std::ptrdiff_t>(parts.paths.size());
    const std::vector<std::string> own(first, first + static_cast<std::ptrdiff_t>(metadata.files.size()));
    for (const FileHandle& handle : metadata.files) parts.paths.emplace_back(handle.path);
    const auto text = rewrite(metadata.bytes, metadata, form, own);
    EXPECT_TRUE(text.has_value());
    parts.rewritten += *text;
    parts.end = metadata.end;
    parts.most_files = std::max(parts.most_files, metadata.files.size());
    ++parts.count;
  }
}

void expect_equal(const std::string& name, const std::string& bytes) {
  SCOPED_TRACE(name);
  const Metadata whole = decoded(bytes);
  const std::vector<std::string> names = numbered_names(whole);
  std::vector<std::string> paths;
  for (const FileHandle& handle : whole.files) paths.emplace_back(handle.path);
  for (const Form& form : {Form{FormKind::kOriginal, ""}, Form{FormKind::kOwned, ""},
                           Form{FormKind::kShared, "../shared"}, Form{FormKind::kAbsolute, "file:/copy"}}) {
    const Parts parts = rewritten_in_parts(bytes, form, names);
    EXPECT_EQ(parts.problem, "");
    EXPECT_EQ(parts.paths, paths);
    EXPECT_EQ(parts.end, bytes.size());
    EXPECT_TRUE(parts.rewritten == rewritten(bytes, form, names));
  }
}

TEST(Parts, are_rewritten_to_what_the_whole_is_rewritten_to) {
  for (const test::Sample& sample : test::samples()) expect_equal(sample.name, sample.bytes);
  for (const test::Fixture& fixture : test::metadata_fixtures()) expect_equal(fixture.name, fixture.bytes);
}

TEST(Parts, hold_the_handles_of_one_subtask) {
  const std::string keyed = test::incremental(
      {.shared = {{"1.sst", test::file("/s/a", 10)}}, .private_ = {{"M", test::file("/s/b", 20)}}});
  test::MetadataBuilder builder(4);
  builder.op().subtask({.managed_keyed = keyed}).subtask({.managed_keyed = keyed});
  builder.op().subtask({.managed_keyed = keyed});
  const std::string bytes = builder.bytes();
  const Parts parts = rewritten_in_parts(bytes, {FormKind::kOwned, ""}, numbered_names(decoded(bytes)));
  EXPECT_EQ(parts.paths.size(), 6U);
  EXPECT_EQ(parts.most_files, 2U);
  EXPECT_EQ(parts.count, 7U);  // the head, two operators, three subtasks, the end
}

TEST(Parts, end_with_the_error_of_the_whole_wherever_it_is_cut) {
  const std::vector<std::string> names(1000, "name");
  for (const test::Sample& sample : test::samples()) {
    SCOPED_TRACE(sample.name);
    for (size_t size = 0; size < sample.bytes.size(); size += 1 + size / 100) {
      const std::string_view cut = std::string_view(sample.bytes).substr(0, size);
      const auto whole = decode(cut);
      ASSERT_FALSE(whole.has_value()) << size;
      EXPECT_EQ(rewritten_in_parts(cut, {FormKind::kOriginal, ""}, names).problem,
                base::to_string(whole.error()))
          << size;
    }
  }
}

}  // namespace
}  // namespace checkpointfs::flink
