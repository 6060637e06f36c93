// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/generator.h"

#include <limits>
#include <vector>

#include "tests/support/metadata_builder.h"

namespace checkpointfs::fuzz {
namespace {

using flink::Dialect;
using test::ChangelogLayout;
using Texts = std::vector<std::string>;

const std::string kNul("\xC0\x80");
const std::string kSurrogates("\xED\xA0\xBD\xED\xB8\x80");  // U+1F600
const std::string kLoneSurrogate("\xED\xA0\xBD");

std::string some_bytes(Random& random) {
  std::string bytes(random.below(6), '\0');
  for (char& c : bytes) c = static_cast<char>(random.bits());
  return bytes;
}

std::string any_name(Random& random) {
  static const Texts names = {"000012.sst", "CURRENT", "", "_metadata", ".checkpointfs", kNul, kSurrogates};
  return random.any(names);
}

std::vector<int64_t> some_offsets(Random& random) {
  std::vector<int64_t> offsets(random.below(4));
  for (int64_t& offset : offsets) offset = any_long(random);
  return offsets;
}

std::vector<test::State> some_states(Random& random) {
  std::vector<test::State> states(random.below(3));
  for (test::State& state : states) {
    state = {any_name(random), some_offsets(random), static_cast<int>(random.below(3))};
  }
  return states;
}

std::vector<std::pair<std::string, std::string>> some_entries(Random& random) {
  std::vector<std::pair<std::string, std::string>> entries(random.below(4));
  for (auto& entry : entries) entry = {any_name(random), any_stream_handle(random)};
  return entries;
}

std::string any_operator_handle(Random& random) {
  switch (random.below(4)) {
    case 0:
      return "";
    case 1: {
      const bool empty = random.one_in(2);
      return test::segment_operator(
          {.states = some_states(random),
           .delegate = empty ? test::empty_segment() : test::segment("file:/s/merged", 100, 50),
           .is_empty = empty});
    }
    default:
      return test::partitionable(some_states(random), any_stream_handle(random));
  }
}

std::string any_change(Random& random, ChangelogLayout layout) {
  if (random.one_in(2)) {
    return test::changelog_bytes({{-1, some_bytes(random)}, {5, some_bytes(random)}}, layout);
  }
  return test::changelog_files({{any_long(random), any_stream_handle(random)}}, layout);
}

std::string any_keyed_handle(Random& random, ChangelogLayout layout, int depth = 2) {
  switch (random.below(depth > 0 ? 6 : 5)) {
    case 0:
      return test::null_handle();
    case 1:
      return test::key_groups(any_stream_handle(random), some_offsets(random),
                              random.any(std::vector<int>{3, 7, 12}));
    case 2:
    case 3:
      return test::incremental({.tag = random.one_in(3) ? 5 : 11,
                                .meta = any_stream_handle(random),
                                .shared = some_entries(random),
                                .private_ = some_entries(random)});
    case 4:
      return any_change(random, layout);
    default: {
      Texts materialised(random.below(3));
      for (std::string& handle : materialised) handle = any_keyed_handle(random, layout, depth - 1);
      Texts changes(random.below(3));
      for (std::string& handle : changes) handle = any_change(random, layout);
      return test::changelog(materialised, changes, layout);
    }
  }
}

std::vector<test::Channel> some_channels(Random& random, int version) {
  std::vector<test::Channel> channels(random.below(3));
  for (test::Channel& channel : channels) {
    channel = {.delegate = any_stream_handle(random),
               .merged = version == 6 && random.one_in(2),
               .subtask = static_cast<int32_t>(random.below(4)),
               .offsets = some_offsets(random),
               .size = any_long(random)};
  }
  return channels;
}

}  // namespace

int64_t any_long(Random& random) {
  static const std::vector<int64_t> interesting = {
      -2, -1, 0, 1, 127, 128, 65535, 65536, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 0xFFFFFFFF};
  return random.one_in(4) ? random.any(interesting) : static_cast<int64_t>(random.below(5000));
}

std::string any_path(Random& random) {
  static const Texts paths = {"file:/s/shared/a",
                              "file:///s/shared/a",
                              "/s/shared/a",
                              "s3://bucket/b",
                              "s3a://bucket/b",
                              "a",
                              "b",
                              "..",
                              ".",
                              "/",
                              "//",
                              "../../etc/passwd",
                              "file:/a/../../b",
                              "_metadata",
                              ".checkpointfs",
                              "a:b",
                              "a\\b",
                              "file:/n" + kNul,
                              "file:/" + kSurrogates,
                              "file:/" + kLoneSurrogate,
                              "hdfs://nn:8020/x/y",
                              "file:/s/" + std::string(300, 'x'),
                              "file:/tab\tline\nescape\x1B[2J"};
  if (random.one_in(200)) return std::string(65535, 'p');
  return random.any(paths);
}

std::string any_stream_handle(Random& random, int depth) {
  const int64_t size = random.one_in(8) ? any_long(random) : static_cast<int64_t>(random.below(5000));
  switch (random.below(depth > 0 ? 16 : 14)) {
    case 0:
      return test::byte(any_name(random), some_bytes(random));
    case 1:
      return random.one_in(4) ? test::empty_segment() : test::byte("", "");
    case 2:
      return random.one_in(4) ? test::null_handle() : test::byte("inline", "x");
    case 3:
    case 4:
    case 5:
      return test::segment(any_path(random), static_cast<int64_t>(random.below(1000)), size,
                           static_cast<int32_t>(random.below(2)));
    case 6:
    case 7:
    case 8:
      return test::relative(any_path(random), size);
    case 14:
    case 15:
      return test::key_groups(any_stream_handle(random, depth - 1), some_offsets(random));
    default:
      return test::file(any_path(random), size);
  }
}

std::string any_metadata(Random& random) {
  const auto version = static_cast<int32_t>(2 + random.below(5));
  const Dialect dialect =
      random.any(std::vector<Dialect>{Dialect::kFlink1_11, Dialect::kFlink1_12, Dialect::kFlink1_15});
  const ChangelogLayout layout = random.any(std::vector<ChangelogLayout>{
      ChangelogLayout::kFlink1_14, ChangelogLayout::kFlink1_15, ChangelogLayout::kFlink1_16});
  test::MetadataBuilder builder(version, dialect);
  builder.checkpoint_id(static_cast<int64_t>(random.below(100)));
  if (random.one_in(3)) builder.master_state(any_name(random), some_bytes(random));
  for (size_t operators = random.below(4); operators > 0; --operators) {
    if (version > 2 && random.one_in(6)) {
      builder.finished_op({.uid = any_name(random)});
      continue;
    }
    builder.op({.name = any_name(random),
                .coordinator = random.one_in(3) ? test::byte("c", some_bytes(random)) : test::null_handle()});
    for (size_t subtasks = random.below(3); subtasks > 0; --subtasks) {
      builder.subtask({.managed_operator = any_operator_handle(random),
                       .raw_operator = any_operator_handle(random),
                       .managed_keyed = any_keyed_handle(random, layout),
                       .raw_keyed = any_keyed_handle(random, layout),
                       .inputs = some_channels(random, version),
                       .outputs = some_channels(random, version)});
    }
  }
  if (version >= 4 && random.one_in(2)) builder.properties(any_properties(random));
  return builder.bytes();
}

}  // namespace checkpointfs::fuzz
