// SPDX-License-Identifier: Apache-2.0
#include "fs/state/state_child.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::fs {
namespace {

constexpr size_t kPiece = 64 << 10;
constexpr size_t kErrorBytes = 4 << 10;
constexpr int kPollMs = 200;  // how often somebody is asked whether the text is wanted
constexpr int kEndMs = 2;     // how often a child is asked that has closed its output
constexpr std::string_view kPrefix = "checkpointfs: ";

// The bytes that are there; empty at the end. Nothing: none are there now.
std::optional<std::string> read_now(const base::UniqueFd& fd, size_t most) {
  std::string bytes(most, '\0');
  for (;;) {
    const ssize_t n = ::read(fd.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return std::nullopt;
    bytes.resize(n < 0 ? 0 : static_cast<size_t>(n));
    return bytes;
  }
}

std::string cause_of(int status) {
  if (WIFSIGNALED(status)) {
    return base::format("its reader died with signal {} ({})", WTERMSIG(status),
                        ::strsignal(WTERMSIG(status)));
  }
  return base::format("its reader ended with exit code {}", WEXITSTATUS(status));
}

}  // namespace

StateChild::StateChild(StateProgram& program, const std::vector<std::string>& arguments)
    : program_(program), child_(program.start(arguments)) {}

StateChild::~StateChild() {
  program_.give_up(child_.pid);
}

std::string StateChild::next(Clock::time_point deadline, const IsUnwanted& is_unwanted) {
  for (;;) {
    read_errors();
    if (const std::optional<std::string> piece = read_now(child_.output, kPiece)) {
      if (piece->empty()) check_ending(deadline, is_unwanted);
      return *piece;
    }
    // A child of the child may hold the pipe open.
    if (status_) check_status();
    wait(deadline, is_unwanted);
    std::array<pollfd, 2> polled = {
        {{child_.output.get(), POLLIN, 0}, {child_.errors ? child_.errors.get() : -1, POLLIN, 0}}};
    if (::poll(polled.data(), polled.size(), kPollMs) == 0 && !status_) status_ = program_.ended(child_.pid);
  }
}

void StateChild::wait(Clock::time_point deadline, const IsUnwanted& is_unwanted) const {
  if (is_unwanted && is_unwanted()) throw base::SystemError(EINTR, "the reader of the text has gone");
  if (Clock::now() >= deadline) throw base::SystemError(EIO, "it takes too long to read");
}

void StateChild::read_errors() {
  while (child_.errors) {
    const std::optional<std::string> text = read_now(child_.errors, kErrorBytes);
    if (!text) return;
    if (text->empty()) child_.errors.reset();
    errors_ += *text;
    if (errors_.size() > kErrorBytes) errors_.erase(0, errors_.size() - kErrorBytes);
  }
}

void StateChild::check_ending(Clock::time_point deadline, const IsUnwanted& is_unwanted) {
  if (!status_) status_ = program_.ended(child_.pid);
  for (; !status_; status_ = program_.ended(child_.pid)) {
    wait(deadline, is_unwanted);
    ::poll(nullptr, 0, kEndMs);
    read_errors();  // else it might wait for room there
  }
  read_errors();
  check_status();
}

void StateChild::check_status() const {
  if (*status_ == 0) return;
  const std::string line = last_line();
  const std::string reason = line.empty() ? cause_of(*status_) : line;
  if (WIFEXITED(*status_)) throw StateRefusal(EIO, reason);
  throw base::SystemError(EIO, reason);
}

std::string StateChild::last_line() const {
  std::string_view text = errors_;
  while (text.ends_with('\n')) text.remove_suffix(1);
  const size_t before = text.rfind('\n');
  if (before != std::string_view::npos) text.remove_prefix(before + 1);
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  return base::printable(text);
}

}  // namespace checkpointfs::fs
