// SPDX-License-Identifier: Apache-2.0
#include "base/systemd_journal.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

#include <spdlog/sinks/base_sink.h>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/unique_fd.h"

namespace checkpointfs::base {
namespace {

constexpr char kSocket[] = "/run/systemd/journal/socket";

// The number of bytes that surely fit into one datagram.
constexpr size_t kLongest = 32 << 10;

class StderrSink : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string line = base::format("{}{}\n", journal_prefix(message.level),
                                          std::string_view(message.payload.data(), message.payload.size()));
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
  void flush_() override { std::fflush(stderr); }
};

class SocketSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  SocketSink() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (!socket_) throw_errno("make a socket for", kSocket);
    std::copy(std::begin(kSocket), std::end(kSocket), address_.sun_path);
    send("");  // nothing, which journald ignores
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view text(message.payload.data(), std::min(message.payload.size(), kLongest));
    send(base::format("SYSLOG_IDENTIFIER=checkpointfs\nPRIORITY={}\nMESSAGE={}\n",
                      journal_prefix(message.level).substr(1, 1), text));
  }
  void flush_() override {}

 private:
  // Names the socket each time, as journald may have been restarted.
  void send(std::string_view datagram) {
    const ssize_t n = ::sendto(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
    if (n < 0) throw_errno("write to the journal", kSocket);
  }

  UniqueFd socket_;
  sockaddr_un address_{.sun_family = AF_UNIX, .sun_path = {}};
};

}  // namespace

bool stderr_is_journal() {
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat st = {};
  return stream != nullptr && ::fstat(STDERR_FILENO, &st) == 0 &&
         stream == base::format("{}:{}", st.st_dev, st.st_ino);
}

std::string_view journal_prefix(spdlog::level::level_enum level) {
  if (level >= spdlog::level::err) return "<3>";
  if (level == spdlog::level::warn) return "<4>";
  return level == spdlog::level::info ? "<6>" : "<7>";
}

spdlog::sink_ptr journal_stderr_sink() {
  return std::make_shared<StderrSink>();
}

spdlog::sink_ptr journal_sink() {
  return std::make_shared<SocketSink>();
}

}  // namespace checkpointfs::base
