// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/errors.h"
#include "base/systemd_journal.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/unique_fd.h"

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

// Appends to a file. A link in its place is not followed (those of /dev are: /dev/stderr), and a FIFO that
// nobody reads blocks nobody.
class FileSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FileSink(const std::string& path) : path_(path) {
    const int follow = path.starts_with("/dev/") ? 0 : O_NOFOLLOW;
    fd_ = UniqueFd(::open(path.c_str(),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | follow, 0666));
    if (!fd_ && errno == ELOOP)
      throw SystemError(ELOOP, base::format("{} is a symbolic link; name the file itself", printable(path)));
    if (!fd_) throw_errno("open", path);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    // One call, so that lines of two processes do not mix; what does not fit in is lost, as there is no room.
    if (::write(fd_.get(), line.data(), line.size()) < 0) throw_errno("write to", path_);
  }
  void flush_() override {}

 private:
  const std::string path_;
  UniqueFd fd_;
};

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
  return make_logger(std::make_shared<FileSink>(target), level);
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
  } catch (const std::exception& e) {
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
