// SPDX-License-Identifier: Apache-2.0
// Parses sources that rclone mounts: "rclone:REMOTE:BUCKET/PATH".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/types.h"

namespace checkpointfs::cli {

struct RcloneSource {
  std::string given;      // "rclone:minio:flink/checkpoints"
  std::string remote;     // "minio:flink/checkpoints", as rclone takes it
  std::string directory;  // the mount point: private, always the same for a remote
  std::string lock_file;
  std::string log_file;
  bool is_new = false;  // prepare_rclone() created its directories
};

inline constexpr std::string_view kRclonePrefix = "rclone:";

inline bool is_rclone(std::string_view source) {
  return source.starts_with(kRclonePrefix);
}

// Parses `given`. Creates nothing but private_directory(). Throws Failure(kUsage) if it cannot be a remote,
// Failure(kSource).
RcloneSource rclone_source(const std::string& given);
// The same, and creates its directories. Throws Failure(kUsage) if it cannot be a remote,
// Failure(kSource).
RcloneSource prepare_rclone(const std::string& given);

// Returns the source, "rclone:REMOTE:PATH", that has this directory of prepare_rclone(); "" if the directory
// is another one.
std::string rclone_given(const std::string& directory);

// Returns why a source cannot be read, and what to do: it is the directory of a store that no process has
// mounted now. "" for every other directory.
std::string unmounted_store(const std::string& directory);

// The configuration of a remote: lines "key = value" of `rclone config show`.
struct RcloneRemote {
  std::string type;  // "s3", "google cloud storage"; "": unknown
  std::string provider;
  std::string account;
  std::string name_node;
};
RcloneRemote parse_rclone_config(std::string_view text);

// Reads the configuration from rclone and the environment. Empty if neither has the remote.
RcloneRemote rclone_remote(const std::string& remote);

// Maps the URIs by which Flink names files of the source to its directory; none if they are not known.
std::vector<storage::Mapping> rclone_mappings(const RcloneSource& source, const RcloneRemote& remote);

}  // namespace checkpointfs::cli
