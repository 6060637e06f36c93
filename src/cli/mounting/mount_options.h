// SPDX-License-Identifier: Apache-2.0
// The options of mount's -o, as fstab(5) has them too.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "fs/mount/mount_options.h"

namespace checkpointfs::cli {

// kNone in programs built without src/state, which read no state.
fs::StateShown default_state();

struct ParsedMountOptions {
  flink::Form form;
  bool allow_other = false;
  bool drop_privileges = false;
  fs::IoMode io = fs::IoMode::kAuto;
  bool affinity = false;
  std::optional<std::chrono::seconds> poll;
  std::optional<std::chrono::seconds> pin_on_open;
  std::optional<fs::ReleaseOptions> release;
  std::optional<fs::MetricsAddress> metrics;
  fs::StateShown state = default_state();
  // The same as the command's options of these names, which fstab(5) has no place for.
  std::string index_file;
  std::string log;
  std::optional<base::LogLevel> log_level;
  std::vector<std::string> mappings;
  std::vector<std::string> sources;
  std::vector<std::string> fuse_options;  // all others, for libfuse, as they were written
};

// Returns the options of checkpointfs itself: "NAME" or, with a value, "NAME=".
std::vector<std::string> mount_option_names();

// Parses a number of seconds. Throws Failure(kUsage).
std::chrono::seconds poll_interval(std::string_view text);

// Parses the name of a level. Throws Failure(kUsage).
base::LogLevel log_level(std::string_view text);

// Adds the comma-separated options of `text` to `parsed`; a comma or backslash that belongs to an option is
// preceded by a backslash. Throws Failure(kUsage) on an option that cannot hold for a mount of checkpointfs.
void add_mount_options(std::string_view text, ParsedMountOptions& parsed);

}  // namespace checkpointfs::cli
