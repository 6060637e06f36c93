// SPDX-License-Identifier: Apache-2.0
// The log: what happened that nobody was waiting for. Commands print their results themselves.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Starts the log on standard error, or in `file` (appended to) if it is not empty. Throws Failure(kUsage) if
// the file cannot be opened. Before the first call, messages go to standard error from kWarning on.
void start_log(LogLevel level, const std::string& file = {});

// Opens the log's file again, as after it was renamed. Nothing happens if that fails, or to standard error.
void reopen_log();

// A message is written as one line; control characters in it are escaped, as it may quote hostile input.
void log_debug(std::string_view message);
void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

}  // namespace checkpointfs::base
