// SPDX-License-Identifier: Apache-2.0
// The words of mount's -o.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "fs/mount/mount_options.h"

namespace checkpointfs::cli {

struct MountWords {
  flink::Form form;
  bool allow_other = false;
  bool drop_privileges = false;
  fs::IoMode io = fs::IoMode::kAuto;
  std::optional<std::chrono::seconds> poll;
  std::optional<std::chrono::seconds> pin_on_open;
  std::optional<fs::ReleaseOptions> release;
  std::optional<fs::MetricsAddress> metrics;
  // What fstab cannot say otherwise; as the options of the same names.
  std::string index_file;
  std::string log;
  std::optional<base::LogLevel> log_level;
  std::vector<std::string> mappings;
  std::vector<std::string> sources;
  std::vector<std::string> fuse_options;  // everything else, for libfuse
};

// A number of seconds. Throws Failure(kUsage).
std::chrono::seconds poll_interval(std::string_view text);

// Of the name of a level. Throws Failure(kUsage).
base::LogLevel log_level(std::string_view text);

// Adds the comma-separated words of `text` to `words`; a comma or back slash that belongs to a word is
// preceded by a back slash. Throws Failure(kUsage) on a word that cannot hold for a checkpointfs mount.
void add_mount_words(std::string_view text, MountWords& words);

}  // namespace checkpointfs::cli
