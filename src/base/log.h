// SPDX-License-Identifier: Apache-2.0
// The log: what happened that nobody was waiting for. Commands print their results themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// The level named "debug", "info", "warning" or "error"; nothing for another name.
std::optional<LogLevel> log_level_of(std::string_view name);

// The name that stands for the journal of systemd in the place of a log file. A file of this name needs a
// directory before it.
inline constexpr char kJournal[] = "journal";

// Starts the log on standard error, in the journal if `target` is kJournal, or else in the file of that name
// (appended to). Throws Failure(kUsage) if that cannot be opened. Before the first call, messages go to
// standard error from kWarning on. Messages keep their priority if standard error is connected to the
// journal.
void start_log(LogLevel level, const std::string& target = {});

// Opens the log's file again, as after it was renamed. Nothing happens if that fails, or if it is no file.
void reopen_log();

// The prefix that gives a line on standard error its priority in the journal; "" if standard error does not
// go there.
std::string_view stderr_prefix(LogLevel level);

// A message is written as one line; control characters in it are escaped, as it may quote hostile input.
void log_debug(std::string_view message);
void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

}  // namespace checkpointfs::base
