// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/errors.h"
#include "base/human.h"
#include "base/journal.h"

namespace checkpointfs::base {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

spdlog::sink_ptr stderr_sink() {
  return stderr_is_journal() ? journal_stderr_sink() : std::make_shared<spdlog::sinks::stderr_sink_mt>();
}

std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink, LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>("checkpointfs", std::move(sink));
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l: %v");
  logger->set_level(level_of(level));
  logger->flush_on(spdlog::level::info);
  return logger;
}

struct Log {
  std::mutex mutex;  // guards the rest; not held while a message is written
  std::shared_ptr<spdlog::logger> logger = make_logger(stderr_sink(), LogLevel::kWarning);
  LogLevel level = LogLevel::kWarning;
  std::string target;
};

Log& the_log() {
  static Log instance;
  return instance;
}

void write(LogLevel level, std::string_view message) {
  std::shared_ptr<spdlog::logger> logger;
  {
    const std::lock_guard lock(the_log().mutex);
    logger = the_log().logger;
  }
  logger->log(level_of(level), spdlog::string_view_t(printable(message)));
}

std::shared_ptr<spdlog::logger> logger_to(LogLevel level, const std::string& target) {
  if (target.empty()) return make_logger(stderr_sink(), level);
  if (target == kJournal) return make_logger(journal_sink(), level);
  return make_logger(std::make_shared<spdlog::sinks::basic_file_sink_mt>(target), level);
}

}  // namespace

std::optional<LogLevel> log_level_of(std::string_view name) {
  static constexpr std::pair<std::string_view, LogLevel> kNames[] = {
      {"debug", LogLevel::kDebug},
      {"info", LogLevel::kInfo},
      {"warning", LogLevel::kWarning},
      {"error", LogLevel::kError},
  };
  for (const auto& [known, level] : kNames) {
    if (known == name) return level;
  }
  return std::nullopt;
}

void start_log(LogLevel level, const std::string& target) {
  Log& log = the_log();
  const std::lock_guard lock(log.mutex);
  try {
    log.logger = logger_to(level, target);
  } catch (const std::runtime_error& e) {
    throw Failure(FailureKind::kUsage, std::string("cannot write the log: ") + e.what());
  }
  log.level = level;
  log.target = target;
}

void reopen_log() {
  Log& log = the_log();
  const std::lock_guard lock(log.mutex);
  if (log.target.empty() || log.target == kJournal) return;
  try {
    log.logger = logger_to(log.level, log.target);
  } catch (const spdlog::spdlog_ex& e) {
    log.logger->error("cannot open the log file again: {}", e.what());
  }
}

std::string_view stderr_prefix(LogLevel level) {
  return stderr_is_journal() ? journal_prefix(level_of(level)) : std::string_view();
}

void log_debug(std::string_view message) {
  write(LogLevel::kDebug, message);
}
void log_info(std::string_view message) {
  write(LogLevel::kInfo, message);
}
void log_warning(std::string_view message) {
  write(LogLevel::kWarning, message);
}
void log_error(std::string_view message) {
  write(LogLevel::kError, message);
}

}  // namespace checkpointfs::base
