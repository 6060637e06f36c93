// SPDX-License-Identifier: Apache-2.0
#include "tests/support/samples.h"

#include "tests/support/metadata_builder.h"

namespace checkpointfs::test {
namespace {

using flink::Dialect;

const std::string kShared = "hdfs://nn:8020/flink/0a/shared/";

std::string rocksdb(int tag) {
  return incremental({.tag = tag,
                      .meta = relative("meta", 120),
                      .shared = {{"000012.sst", file(kShared + "sst-12", 4096)},
                                 {"000013.sst", byte(kShared + "inline", "sst")},
                                 {"000014.sst", file(kShared + "sst-14", -1)}},
                      .private_ = {{"MANIFEST-000004", file(kShared + "manifest", 300)},
                                   {"CURRENT", relative("current", 16)}}});
}

// The handles that all versions from 2 on may hold.
MetadataBuilder common(int version, Dialect dialect) {
  MetadataBuilder builder(version, dialect);
  builder.checkpoint_id(42).master_state("hook", "master bytes");
  builder.op({.name = "map", .uid = "map-uid", .coordinator = byte("coordinator", "c")});
  builder.subtask(
      {.managed_operator = partitionable({{"offsets", {0, 8, 16}}, {"union", {}, 1}}, file("/a/b", 24)),
       .raw_operator = partitionable({}, byte("raw", "")),
       .managed_keyed = rocksdb(5),
       .raw_keyed = key_groups(relative("raw-keyed", 77))});
  builder.subtask({.index = 3, .managed_keyed = key_groups(file("s3://bucket/timers", 1000), {})});
  builder.op({.parallelism = 1, .max_parallelism = 1});
  return builder;
}

std::vector<Channel> channels(const std::string& name) {
  return {{.delegate = relative(name, 500), .gate = 1, .channel = 2, .offsets = {0, 40}},
          {.delegate = relative(name, 500), .subtask = 1, .offsets = {80}},
          {.delegate = byte("in-flight", "buffer"), .offsets = {}}};
}

MetadataBuilder with_channels(int version, Dialect dialect) {
  MetadataBuilder builder = common(version, dialect);
  return builder.op({.name = "sink"}).subtask({.inputs = channels("in"), .outputs = channels("out")});
}

MetadataBuilder changelog_of(ChangelogLayout layout, int version, Dialect dialect) {
  MetadataBuilder builder(version, dialect);
  const std::string changes =
      changelog_files({{0, file("file:/dstl/1", 600)}, {9, relative("dstl", 1)}}, layout);
  const std::string in_memory = changelog_bytes({{-1, "metadata"}, {5, "data"}}, layout);
  const std::string materialised = key_groups(file("file:/taskowned/full", 50));
  builder.op({.name = "keyed"})
      .subtask({.managed_keyed =
                    changelog({materialised, rocksdb(5), null_handle()}, {changes, in_memory}, layout)})
      .subtask({.managed_keyed = changelog({}, {in_memory}, layout)});
  return builder;
}

MetadataBuilder modern(int version) {
  MetadataBuilder builder = with_channels(version, Dialect::kFlink1_15);
  builder.op({.name = "rocksdb"})
      .subtask({.managed_keyed = rocksdb(11)})
      .finished_subtask()
      .subtask({.managed_keyed = key_groups(key_groups(file("file:/nested", 9)), {1, 2, 3}, 12)})
      .subtask({.managed_keyed = key_groups(relative("savepoint", 99), {0}, 7)});
  return builder.finished_op({.uid = "done", .parallelism = 7});
}

MetadataBuilder file_merging(int version) {
  MetadataBuilder builder(version);
  const std::string merged = "file:/s/shared/op_1/merged";
  builder.op({.name = "merging"})
      .subtask({.managed_operator = segment_operator({}),
                .raw_operator = segment_operator({.states = {}, .delegate = empty_segment(), .is_empty = 1}),
                .managed_keyed = incremental({.meta = segment(merged, 0, 10, 0),
                                              .shared = {{"000012.sst", segment(merged, 10, 20)},
                                                         {"000013.sst", segment(merged, 30, 40)}},
                                              .private_ = {{"CURRENT", segment(merged, 70, 16, 0)}}})})
      .subtask({.managed_operator = segment_operator({.states = {{"none", {}}}, .delegate = empty_segment()}),
                .managed_keyed = key_groups(segment(merged, 90, 5), {0}, 12),
                .inputs = {{.delegate = segment(merged, 100, 7)}}});
  return builder;
}

}  // namespace

std::vector<Sample> samples() {
  std::vector<Sample> list;
  for (const int version : {2, 3, 4, 5, 6}) {
    list.push_back({"empty-" + std::to_string(version), MetadataBuilder(version).bytes()});
  }
  list.push_back({"common-2", common(2, Dialect::kFlink1_15).bytes()});
  list.push_back({"channels-1.11", with_channels(3, Dialect::kFlink1_11).bytes()});
  list.push_back({"channels-1.12", with_channels(3, Dialect::kFlink1_12).bytes()});
  list.push_back(
      {"changelog-1.14", changelog_of(ChangelogLayout::kFlink1_14, 3, Dialect::kFlink1_12).bytes()});
  list.push_back(
      {"changelog-1.15", changelog_of(ChangelogLayout::kFlink1_15, 3, Dialect::kFlink1_15).bytes()});
  list.push_back(
      {"changelog-1.16", changelog_of(ChangelogLayout::kFlink1_16, 4, Dialect::kFlink1_15).bytes()});
  list.push_back({"modern-3", modern(3).bytes()});
  list.push_back({"modern-4", modern(4).bytes()});
  list.push_back({"modern-5", modern(5).properties(null_properties()).bytes()});
  list.push_back(
      {"modern-6", modern(6).properties(checkpoint_properties(flink::SnapshotKind::kSavepoint)).bytes()});
  list.push_back({"file-merging-4", file_merging(4).bytes()});
  list.push_back({"file-merging-6", file_merging(6).bytes()});
  list.push_back(
      {"merged-channels-6",
       MetadataBuilder(6)
           .op()
           .subtask({.inputs = {{.delegate = relative("in", 500), .merged = true},
                                {.delegate = file("file:/s/in", 20), .offsets = {1, 2}}},
                     .outputs = {{.delegate = relative("in", 500), .merged = true, .offsets = {}}}})
           .bytes()});
  return list;
}

}  // namespace checkpointfs::test
