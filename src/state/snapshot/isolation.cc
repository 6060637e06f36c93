// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/isolation.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/pipe.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/unique_fd.h"

namespace checkpointfs::state {
namespace {

constexpr size_t kOutputBuffer = size_t{256} << 10;
constexpr int kPipeBytes = 1 << 20;

enum class Ending : uint8_t { kNone, kReturned, kSystemError, kFailure, kOtherError };

// Shared by both processes. The child may write anything into it.
struct Report {
  Ending ending = Ending::kNone;
  int code = 0;  // what the body returned, an errno, or a FailureKind
  char doing[1024] = {};
  char message[4096] = {};
};

// The text in `field`, cut and without its end if the child has damaged it.
template <size_t kSize>
std::string text_in(const char (&field)[kSize]) {
  return std::string(field, ::strnlen(field, kSize));
}

template <size_t kSize>
void put_text(char (&field)[kSize], std::string_view text) {
  const size_t length = std::min(text.size(), kSize - 1);
  std::copy_n(text.data(), length, field);
  field[length] = '\0';
}

class SharedReport {
 public:
  SharedReport() {
    void* const page =
        ::mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) base::throw_errno("share", "memory");
    report_ = new (page) Report;
  }
  ~SharedReport() { ::munmap(report_, sizeof(Report)); }
  SharedReport(const SharedReport&) = delete;
  SharedReport& operator=(const SharedReport&) = delete;

  Report& operator*() { return *report_; }
  Report* operator->() { return report_; }

 private:
  Report* report_ = nullptr;
};

class PipeOutput : public IsolatedOutput {
 public:
  PipeOutput(int fd, Report& report) : fd_(fd), report_(report), buffer_(kOutputBuffer) {}

  void write(std::string_view bytes) override {
    if (bytes.size() > kOutputBuffer - used_) flush();
    if (bytes.size() >= kOutputBuffer) {
      send(bytes);
    } else {
      std::copy_n(bytes.data(), bytes.size(), buffer_.data() + used_);
      used_ += bytes.size();
    }
  }
  void doing(std::string_view what) override { put_text(report_.doing, what); }
  void flush() { send({buffer_.data(), std::exchange(used_, 0)}); }

 private:
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) base::throw_errno("write", "output");
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }

  const int fd_;
  Report& report_;
  std::vector<char> buffer_;
  size_t used_ = 0;
};

void put_ending(Report& report, Ending ending, int code, std::string_view message) {
  report.ending = ending;
  report.code = code;
  put_text(report.message, message);
}

// Calls `call`, and reports its result or exception.
void report_ending(Report& report, const std::function<int()>& call) {
  try {
    put_ending(report, Ending::kReturned, call(), "");
  } catch (const base::SystemError& e) {
    put_ending(report, Ending::kSystemError, e.code(), e.what());
  } catch (const base::Failure& e) {
    put_ending(report, Ending::kFailure, static_cast<int>(e.kind()), e.what());
  } catch (const std::bad_alloc&) {
    put_ending(report, Ending::kSystemError, ENOMEM,
               base::format("there is not enough memory to read {}", text_in(report.doing)));
  } catch (const std::exception& e) {
    put_ending(report, Ending::kOtherError, 0, e.what());
  }
}

[[noreturn]] void run_child(const std::function<int(IsolatedOutput&)>& body, int fd, Report& report,
                            const SandboxLimits& limits, pid_t parent) {
  // The parent alone answers signals of the terminal; its death is the child's.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  if (::getppid() != parent) ::_exit(1);
  report_ending(report, [&] {
    enter_sandbox(limits);
    PipeOutput output(fd, report);
    std::exception_ptr exception;
    int result = 0;
    try {
      result = body(output);
    } catch (...) {
      exception = std::current_exception();  // what was read before it counts
    }
    output.flush();
    if (exception != nullptr) std::rethrow_exception(exception);
    return result;
  });
  ::_exit(0);
}

// A child that is killed if nobody has waited for it.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    kill();
    wait();
  }
  void kill() { ::kill(pid_, SIGKILL); }
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0) {
      if (errno != EINTR) base::throw_errno("wait for", "the process that reads state");
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

// False: nothing more was wanted.
bool receive_all(int fd, const std::function<Wanted(std::string_view)>& receive) {
  std::vector<char> buffer(kOutputBuffer);
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read", "output of the process that reads state");
    if (n == 0) return true;
    if (receive({buffer.data(), static_cast<size_t>(n)}) == Wanted::kNoMore) return false;
  }
}

[[noreturn]] void throw_death(int status, const Report& report) {
  const std::string doing = text_in(report.doing);
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  const std::string cause = signal != 0
                                ? base::format("died with signal {} ({})", signal, ::strsignal(signal))
                                : base::format("ended with code {}", WEXITSTATUS(status));
  const std::string_view advice = signal == SIGKILL ? "; perhaps the host has run out of memory" : "";
  throw base::Failure(base::FailureKind::kInput,
                      base::format("the process that reads state {} while reading {}{}", cause,
                                   base::printable(doing.empty() ? "the snapshot" : doing), advice));
}

int result_of(const Report& report) {
  const std::string message = text_in(report.message);
  switch (report.ending) {
    case Ending::kReturned:
      return report.code & 0xFF;
    case Ending::kSystemError:
      throw base::SystemError(report.code, message);
    case Ending::kFailure:
      if (report.code < 0 || report.code > static_cast<int>(base::FailureKind::kRefused)) break;
      throw base::Failure(static_cast<base::FailureKind>(report.code), message);
    case Ending::kOtherError:
      throw base::Failure(base::FailureKind::kInput, message);
    case Ending::kNone:
      break;
  }
  throw base::Failure(base::FailureKind::kInput, "the process that reads state ended without a result");
}

}  // namespace

int run_isolated(const std::function<int(IsolatedOutput&)>& body,
                 const std::function<Wanted(std::string_view)>& receive, const SandboxLimits& limits) {
  SharedReport report;
  base::Pipe pipe = base::make_pipe();
  ::fcntl(pipe.writing.get(), F_SETPIPE_SZ, kPipeBytes);  // fewer switches between the processes
  std::fflush(nullptr);                                   // or both processes would print what is buffered
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) base::throw_errno("start", "a process that reads state");
  if (pid == 0) {
    pipe.reading.reset();
    run_child(body, pipe.writing.get(), *report, limits, parent);
  }
  Child child(pid);
  pipe.writing.reset();
  if (!receive_all(pipe.reading.get(), receive)) {
    child.kill();
    child.wait();
    return 0;
  }
  const int status = child.wait();
  if (!WIFEXITED(status) || report->ending == Ending::kNone) throw_death(status, *report);
  return result_of(*report);
}

}  // namespace checkpointfs::state
