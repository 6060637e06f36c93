// SPDX-License-Identifier: Apache-2.0
#include "storage/resolver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

namespace checkpointfs::storage {
namespace {

const Root kSource{1, "/data/flink", true};
const Root kOtherRoot{2, "/mnt/dstl", false};

Mapping given(const std::string& prefix, const std::string& directory) {
  return {prefix, directory, false, {}};
}
Mapping inferred(const std::string& prefix, const std::string& directory, const std::string& scope) {
  return {prefix, directory, true, scope};
}

std::string where(const Resolver& resolver, std::string_view uri, const Location& snapshot = {}) {
  const auto location = resolver.resolve(uri, snapshot);
  return location ? std::to_string(location->root_id) + ":" + location->path : "nowhere";
}

TEST(Resolver, file_uris_in_a_source_lie_where_they_say) {
  const Resolver resolver({kSource}, {});
  EXPECT_EQ("1:job/shared/a", where(resolver, "file:/data/flink/job/shared/a"));
  EXPECT_EQ("1:job/shared/a", where(resolver, "file:///data/flink/job/shared/a"));
  EXPECT_EQ("1:job/shared/a", where(resolver, "/data/flink//job/./shared/x/../a"));
  EXPECT_EQ("nowhere", where(resolver, "file:/data/flinks/a"));
  EXPECT_EQ("nowhere", where(resolver, "file:/data/flink/../a"));
  EXPECT_EQ("nowhere", where(resolver, "hdfs://nn/data/flink/a"));
  EXPECT_EQ("nowhere", where(resolver, "not absolute"));
}

TEST(Resolver, longest_given_prefix_wins_at_component_boundaries) {
  const Resolver resolver({kSource, kOtherRoot},
                          {given("s3://b", "/data/flink/all"), given("s3://b/dstl", "/mnt/dstl"),
                           given("s3://b/x/", "/data/flink/x")});
  EXPECT_EQ("1:all/job/a", where(resolver, "s3://b/job/a"));
  EXPECT_EQ("2:job/a", where(resolver, "s3://b/dstl/job/a"));
  EXPECT_EQ("1:all/dstl2/a", where(resolver, "s3://b/dstl2/a"));
  EXPECT_EQ("1:x/a", where(resolver, "s3://b/x/a"));
  EXPECT_EQ("nowhere", where(resolver, "s3://bb/a"));
}

TEST(Resolver, schemes_of_one_store_are_equal) {
  const Resolver resolver({kSource}, {given("s3a://b/flink", "/data/flink")});
  for (const char* scheme : {"s3", "s3a", "s3n", "s3p", "S3"}) {
    EXPECT_EQ("1:job/a", where(resolver, std::string(scheme) + "://b/flink/job/a")) << scheme;
  }
  EXPECT_EQ("nowhere", where(resolver, "gs://b/flink/job/a"));
}

TEST(Resolver, prefix_of_an_authority_does_not_match_one_without) {
  const Resolver resolver({kSource}, {given("hdfs:/", "/data/flink")});
  EXPECT_EQ("1:a/b", where(resolver, "hdfs:/a/b"));
  EXPECT_EQ("1:a/b", where(resolver, "hdfs:///a/b"));
  EXPECT_EQ("nowhere", where(resolver, "hdfs://nn/a/b"));
}

TEST(Resolver, given_mapping_goes_before_in_place_at_equal_length) {
  const Resolver resolver(
      {kSource}, {given("file:/data/flink", "/data/flink/copy"), given("file:/data", "/data/flink/wrong")});
  EXPECT_EQ("1:copy/a", where(resolver, "file:/data/flink/a"));
}

TEST(Resolver, in_place_goes_before_inferred_at_equal_length) {
  const Resolver resolver({kSource}, {inferred("file:/data/flink", "/data/flink/copy", "/data/flink")});
  EXPECT_EQ("1:a", where(resolver, "file:/data/flink/a", {1, "job/chk-1"}));
  const auto match = resolver.match("file:/data/flink/a", {1, "job/chk-1"});
  EXPECT_EQ(Origin::kInPlace, match->origin);
}

TEST(Resolver, inferred_mapping_holds_in_its_scope_only) {
  const Resolver resolver({kSource}, {inferred("hdfs://nn/f", "/data/flink/monday", "/data/flink/monday"),
                                      inferred("hdfs://nn/f", "/data/flink/tuesday", "/data/flink/tuesday")});
  EXPECT_EQ("1:monday/job/a", where(resolver, "hdfs://nn/f/job/a", {1, "monday/job/chk-1"}));
  EXPECT_EQ("1:tuesday/job/a", where(resolver, "hdfs://nn/f/job/a", {1, "tuesday/job/chk-1"}));
  EXPECT_EQ("nowhere", where(resolver, "hdfs://nn/f/job/a", {1, "tuesdays/job/chk-1"}));
  EXPECT_EQ("nowhere", where(resolver, "hdfs://nn/f/job/a"));
  EXPECT_EQ(2u, resolver.resolve_all("hdfs://nn/f/job/a").size());
}

TEST(Resolver, innermost_scope_goes_first) {
  const Resolver resolver({kSource}, {inferred("hdfs://nn/f", "/data/flink", "/data/flink"),
                                      inferred("hdfs://nn", "/data/flink/copy", "/data/flink/copy")});
  EXPECT_EQ("1:copy/f/a", where(resolver, "hdfs://nn/f/a", {1, "copy/chk-1"}));
  EXPECT_EQ("1:a", where(resolver, "hdfs://nn/f/a", {1, "job/chk-1"}));
}

TEST(Resolver, inferred_mapping_without_scope_holds_everywhere) {
  const Resolver resolver({kSource}, {inferred("file:/link", "/data/flink", "")});
  EXPECT_EQ("1:job/a", where(resolver, "file:/link/job/a"));
  EXPECT_EQ("1:job/a", where(resolver, "file:/link/job/a", {1, "job/chk-1"}));
}

TEST(Resolver, a_file_has_one_location_however_it_is_mapped) {
  const Root around{3, "/data", false};
  const Root deep{4, "/data/other", false};
  const Resolver resolver({deep, around, kSource},
                          {given("s3://b", "/data"), given("s3://c", "/data/other")});
  EXPECT_EQ("1:job/a", where(resolver, "s3://b/flink/job/a"));
  EXPECT_EQ("3:other/a", where(resolver, "s3://b/other/a"));
  EXPECT_EQ("3:other/a", where(resolver, "s3://c/a"));
}

TEST(Resolver, mapping_to_no_root_is_no_mapping) {
  const Resolver resolver({kSource}, {given("s3://b", "/etc")});
  EXPECT_EQ("nowhere", where(resolver, "s3://b/passwd"));
}

TEST(Resolver, root_directory_may_be_a_source) {
  const Resolver resolver({{1, "/", true}}, {given("s3://b", "/")});
  EXPECT_EQ("1:a/b", where(resolver, "file:/a/b"));
  EXPECT_EQ("1:a/b", where(resolver, "s3://b/a/b"));
  EXPECT_EQ("/a/b", resolver.absolute({1, "a/b"}));
  EXPECT_EQ("/", resolver.absolute({1, ""}));
}

TEST(Resolver, whole_file_system_can_be_mapped) {
  const Resolver resolver({kSource}, {inferred("file:/", "/data/flink/copy", "/data/flink")});
  EXPECT_EQ("1:copy/var/flink/a", where(resolver, "file:/var/flink/a", {1, "chk-1"}));
}

TEST(Resolver, rules_at_roots_and_beneath_each_other_are_told_apart) {
  const Resolver resolver({{1, "/", true}}, {given("s3://b", "/bucket"), inferred("s3://b/a", "/x", ""),
                                             inferred("s3://b/a/b", "/y", "/jobs/j")});
  EXPECT_EQ("1:", where(resolver, "file:/"));
  EXPECT_EQ("1:etc/a", where(resolver, "/etc/a"));
  EXPECT_EQ("1:bucket", where(resolver, "s3://b/"));
  EXPECT_EQ("1:bucket/c", where(resolver, "s3://b/c"));
  EXPECT_EQ("1:x/b/c", where(resolver, "s3://b/a/b/c"));
  EXPECT_EQ("1:y/c", where(resolver, "s3://b/a/b/c", {1, "jobs/j/chk-1"}));
  EXPECT_EQ("nowhere", where(resolver, "file://host/etc/a"));
}

std::string components(size_t count) {
  std::string path;
  for (size_t i = 0; i < count; ++i) path += "/a";
  return path;
}

double cpu_seconds_to_resolve(const Resolver& resolver, const std::string& path, const Location& snapshot) {
  const auto cpu_seconds = [] {
    timespec now = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  };
  double best = 1e9;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const double begin = cpu_seconds();
    EXPECT_EQ("1:x" + path + "/f", where(resolver, "s3://b" + path + "/f", snapshot));
    best = std::min(best, cpu_seconds() - begin);
  }
  return best;
}

TEST(Resolver, sixteen_times_the_components_take_sixteen_times_as_long) {
  const std::string deep = components(32'000);
  const Resolver resolver({kSource},
                          {given("s3://b", "/data/flink/x"), given("s3://b" + deep + "/q", "/data/flink/y"),
                           inferred("s3://b/q", "/data/flink/z", "/data/flink" + deep)});
  const double little = cpu_seconds_to_resolve(resolver, components(2'000), {1, components(2'000).substr(1)});
  const double much = cpu_seconds_to_resolve(resolver, deep, {1, deep.substr(1)});
  EXPECT_LT(much, 80 * little) << "a square would be 256 times";
}

}  // namespace
}  // namespace checkpointfs::storage
