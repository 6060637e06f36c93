// SPDX-License-Identifier: Apache-2.0
// Finds the remote of rclone that reaches a URI of a store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/rclone/rclone_source.h"

namespace checkpointfs::cli {

// A store, as a URI names it.
struct StoreUri {
  std::string type;       // rclone's type of remotes: "s3", "google cloud storage", "hdfs", "azureblob"
  std::string authority;  // the NameNode, or the account; "" if any remote of the type may fit
  std::string path;       // as rclone has it after the remote: "bucket/flink"
  bool is_alibaba = false;
};

// Parses s3:, s3a:, s3n:, s3p:, oss:, gs:, hdfs:, abfs:, abfss:, wasb: and wasbs: URIs. Nothing for any other
// text.
std::optional<StoreUri> parse_store_uri(std::string_view text);

// A remote of rclone's configuration.
struct NamedRemote {
  std::string name;
  RcloneRemote remote;
};
// Selects the remotes that reach the store, as far as the configuration tells.
std::vector<NamedRemote> remotes_for(const StoreUri& uri, const std::vector<NamedRemote>& all);

// Returns "rclone:REMOTE:PATH" for the URI of a store, and prints it as a remark; `text` itself if it is no
// such URI. Asks rclone for its remotes. Throws Failure(kSource) unless exactly one remote fits; the message
// says what to write.
std::string as_rclone(const std::string& text);

}  // namespace checkpointfs::cli
