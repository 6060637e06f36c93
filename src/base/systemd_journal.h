// SPDX-License-Identifier: Apache-2.0
// The journal of systemd as a place for the log, without its library.
#pragma once

#include <memory>

#include <spdlog/common.h>

namespace checkpointfs::base {

// Returns true if standard error goes to the journal: JOURNAL_STREAM names the very file, see
// systemd.exec(5). Then a line can begin with its priority, see sd-daemon(3).
bool stderr_is_journal();

// "<4>" for a warning.
std::string_view journal_prefix(spdlog::level::level_enum level);

// Writes lines with such prefixes to standard error.
spdlog::sink_ptr journal_stderr_sink();

// Sends messages to journald, by its own protocol
// (https://systemd.io/JOURNAL_NATIVE_PROTOCOL). Throws SystemError if nobody listens.
spdlog::sink_ptr journal_sink();

}  // namespace checkpointfs::base
