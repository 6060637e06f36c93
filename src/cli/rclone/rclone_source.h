// SPDX-License-Identifier: Apache-2.0
// Sources that rclone mounts: "rclone:REMOTE:BUCKET/PATH".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/types.h"

namespace checkpointfs::cli {

struct RcloneSource {
  std::string given;      // "rclone:minio:flink/checkpoints"
  std::string remote;     // "minio:flink/checkpoints", as rclone takes it
  std::string directory;  // where it is to be mounted: private, always the same for a remote
  std::string lock_file;
  std::string log_file;
};

inline constexpr std::string_view kRclonePrefix = "rclone:";

inline bool is_rclone(std::string_view source) {
  return source.starts_with(kRclonePrefix);
}

// Makes the directory. Throws Failure(kUsage): no such remote could be; Failure(kSource).
RcloneSource prepare_rclone(const std::string& given);

// What rclone knows of a remote: lines "key = value", as `rclone config show` prints them.
struct RcloneRemote {
  std::string type;  // "s3", "google cloud storage"; "": unknown
  std::string provider;
  std::string account;
  std::string name_node;
};
RcloneRemote parse_rclone_config(std::string_view text);

// Asks the environment and rclone. Empty if nothing is known.
RcloneRemote rclone_remote(const std::string& remote);

// The URIs below which Flink names what lies there; none where that cannot be told.
std::vector<storage::Mapping> rclone_mappings(const RcloneSource& source, const RcloneRemote& remote);

}  // namespace checkpointfs::cli
