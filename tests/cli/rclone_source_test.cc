// SPDX-License-Identifier: Apache-2.0
#include "cli/rclone/rclone_source.h"
#include "cli/rclone/remote_of_uri.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/errors.h"

namespace checkpointfs::cli {
namespace {

using Uris = std::vector<std::string>;

class RcloneSources : public testing::Test {
 protected:
  RcloneSources() {
    char name[] = "/tmp/checkpointfs-XXXXXX";
    directory_ = ::mkdtemp(name);
    ::setenv("RUNTIME_DIRECTORY", directory_.c_str(), 1);
  }
  ~RcloneSources() override {
    ::unsetenv("RUNTIME_DIRECTORY");
    std::filesystem::remove_all(directory_);
  }

  // The URIs that are mapped for a remote of which rclone says `config`.
  static Uris uris(const std::string& source, const std::string& config) {
    const RcloneSource prepared = prepare_rclone(source);
    ::mkdir(prepared.directory.c_str(), 0700);
    Uris uris;
    for (const storage::Mapping& mapping : rclone_mappings(prepared, parse_rclone_config(config))) {
      uris.push_back(mapping.uri_prefix);
      EXPECT_EQ(prepared.directory, mapping.directory);
    }
    return uris;
  }

  std::string directory_;
};

TEST_F(RcloneSources, lie_in_one_private_place_for_each_remote) {
  const RcloneSource one = prepare_rclone("rclone:gw:bucket/flink/");
  EXPECT_EQ("gw:bucket/flink", one.remote);
  EXPECT_TRUE(one.directory.starts_with(directory_)) << one.directory;
  EXPECT_TRUE(one.directory.ends_with("/flink")) << one.directory;
  EXPECT_EQ(one.directory, prepare_rclone("rclone:gw:bucket/flink").directory);
  EXPECT_NE(one.directory, prepare_rclone("rclone:other:bucket/flink").directory);
  struct stat st = {};
  ASSERT_EQ(0, ::stat(std::filesystem::path(one.directory).parent_path().c_str(), &st));
  EXPECT_EQ(0700u, st.st_mode & 07777u);
}

TEST_F(RcloneSources, without_a_bucket_or_that_rclone_would_take_for_options_are_refused) {
  for (const char* source : {"rclone:", "rclone:gw", "rclone:gw:", "rclone:gw:/", "rclone:--config=x:b"})
    EXPECT_THROW(prepare_rclone(source), base::Failure) << source;
}

TEST_F(RcloneSources, are_refused_where_others_could_enter) {
  ::mkdir((directory_ + "/private").c_str(), 0755);
  EXPECT_THROW(prepare_rclone("rclone:gw:bucket"), base::Failure);
}

TEST_F(RcloneSources, are_known_by_the_uris_of_their_kind) {
  EXPECT_EQ((Uris{"s3://b/flink"}), uris("rclone:gw:b/flink", "[gw]\ntype = s3\nprovider = Minio\n"));
  EXPECT_EQ((Uris{"s3://b/flink", "oss://b/flink"}),
            uris("rclone:gw:b/flink", "[gw]\ntype = s3\nprovider = Alibaba\n"));
  EXPECT_EQ((Uris{"gs://b/"}), uris("rclone:gw:b", "[gw]\ntype = google cloud storage\n"));
  EXPECT_EQ((Uris{"hdfs://nn:8020/user/flink"}),
            uris("rclone:gw:/user/flink", "[gw]\ntype = hdfs\nnamenode = nn:8020\n"));
  EXPECT_EQ((Uris{"hdfs://a:8020/flink", "hdfs://b:8020/flink"}),
            uris("rclone:gw:flink", "[gw]\ntype = hdfs\nnamenode = a:8020, b:8020\n"));
  const Uris azure = uris("rclone:gw:c/flink", "[gw]\ntype = azureblob\naccount = acc\nkey = secret\n");
  EXPECT_EQ(1, std::ranges::count(azure, "abfss://c@acc.dfs.core.windows.net/flink"));
  EXPECT_EQ(1, std::ranges::count(azure, "wasbs://c@acc.blob.core.windows.net/flink"));
  EXPECT_EQ((Uris{}), uris("rclone:gw:c/flink", "[gw]\ntype = crypt\n"));
}

TEST_F(RcloneSources, that_nobody_configured_describe_themselves) {
  EXPECT_EQ("s3", rclone_remote(":s3,provider=Alibaba,endpoint=\"http://x:1\":bucket").type);
  EXPECT_EQ("Alibaba", rclone_remote(":s3,provider=Alibaba,endpoint=\"http://x:1\":bucket").provider);
  ::setenv("RCLONE_CONFIG_MY_GW_TYPE", "s3", 1);
  EXPECT_EQ("s3", rclone_remote("my_gw:bucket").type);
  ::unsetenv("RCLONE_CONFIG_MY_GW_TYPE");
}

// "name" of the remotes that reach the URI, and its path in them.
std::vector<std::string> reached(const std::string& text) {
  const auto remote = [](const char* name, std::string_view config) {
    return NamedRemote{name, parse_rclone_config(config)};
  };
  const std::vector<NamedRemote> all = {
      remote("minio", "type = s3\nprovider = Minio\n"), remote("ali", "type = s3\nprovider = Alibaba\n"),
      remote("nn", "type = hdfs\nnamenode = nn1:8020, nn2:8020\n"),
      remote("az", "type = azureblob\naccount = acc\n"), remote("gcs", "type = google cloud storage\n")};
  std::vector<std::string> names;
  const auto uri = parse_store_uri(text);
  if (!uri) return {"no store"};
  for (const NamedRemote& one : remotes_for(*uri, all)) names.push_back(one.name + ":" + uri->path);
  return names;
}

TEST(StoreUris, name_the_remotes_of_their_kind) {
  using Reached = std::vector<std::string>;
  EXPECT_EQ(reached("s3a://bucket/flink/"), (Reached{"minio:bucket/flink", "ali:bucket/flink"}));
  EXPECT_EQ(reached("oss://bucket"), (Reached{"ali:bucket"}));
  EXPECT_EQ(reached("gs://bucket/a"), (Reached{"gcs:bucket/a"}));
  EXPECT_EQ(reached("hdfs://nn2:8020/flink"), (Reached{"nn:flink"}));
  EXPECT_EQ(reached("hdfs:///flink"), (Reached{"nn:flink"}));
  EXPECT_EQ(reached("hdfs://other:8020/flink"), Reached());
  EXPECT_EQ(reached("abfss://c@acc.dfs.core.windows.net/flink"), (Reached{"az:c/flink"}));
  EXPECT_EQ(reached("abfss://c@other.dfs.core.windows.net/flink"), Reached());
  for (const char* text :
       {"/data", "file:///data", "rclone:minio:b", "s3://", "s3:b", "xs3://b/c", "NAME=s3://b"})
    EXPECT_EQ(reached(text), (Reached{"no store"})) << text;
}

}  // namespace
}  // namespace checkpointfs::cli
