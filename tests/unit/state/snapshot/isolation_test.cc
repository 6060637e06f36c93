// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/isolation.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <vector>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/message.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::state {
namespace {

constexpr auto kIgnore = [](std::string_view) { return Wanted::kMore; };

// The bytes that the body writes.
std::string written(const std::function<int(IsolatedOutput&)>& body) {
  std::string text;
  run_isolated(body, [&](std::string_view bytes) {
    text += bytes;
    return Wanted::kMore;
  });
  return text;
}

std::string message_of_death(const std::function<void()>& death) {
  try {
    run_isolated(
        [&](IsolatedOutput& output) {
          output.doing("state counts of operator orders");
          death();
          return 0;
        },
        kIgnore);
  } catch (const base::Failure& e) {
    EXPECT_EQ(e.kind(), base::FailureKind::kInput);
    return e.what();
  }
  return "it lives";
}

TEST(IsolatedReader, hands_over_all_that_it_writes_and_its_result) {
  std::string text;
  const int result = run_isolated(
      [](IsolatedOutput& output) {
        for (int i = 0; i < 100'000; ++i) output.write(base::format("line {}\n", i));
        output.write(std::string(3 << 20, 'x'));
        return 42;
      },
      [&](std::string_view bytes) {
        text += bytes;
        return Wanted::kMore;
      });
  EXPECT_EQ(result, 42);
  std::string expected;
  for (int i = 0; i < 100'000; ++i) expected += base::format("line {}\n", i);
  EXPECT_EQ(text, expected + std::string(3 << 20, 'x'));
}

TEST(IsolatedReader, ends_when_nobody_wants_more) {
  size_t received = 0;
  const int result = run_isolated(
      [](IsolatedOutput& output) {
        for (;;) output.write("for ever\n");
        return 1;
      },
      [&](std::string_view bytes) {
        received += bytes.size();
        return received > 1'000'000 ? Wanted::kNoMore : Wanted::kMore;
      });
  EXPECT_EQ(result, 0);
}

TEST(IsolatedReader, that_dies_names_the_signal_and_what_it_read) {
  EXPECT_EQ(
      message_of_death([] { ::raise(SIGKILL); }),
      "the process that reads state died with signal 9 (Killed) while reading state counts of operator orders; "
      "perhaps the host has run out of memory");
  EXPECT_EQ(
      message_of_death([] {
        ::signal(SIGABRT, SIG_DFL);
        ::raise(SIGABRT);
      }),
      "the process that reads state died with signal 6 (Aborted) while reading state counts of operator orders");
  EXPECT_EQ(message_of_death([] { ::_exit(3); }),
            "the process that reads state ended with code 3 while reading state counts of operator orders");
}

TEST(IsolatedReader, throws_here_what_was_thrown_there_after_what_it_wrote) {
  std::string text;
  const auto receive = [&](std::string_view bytes) {
    text += bytes;
    return Wanted::kMore;
  };
  try {
    run_isolated(
        [](IsolatedOutput& output) -> int {
          output.write("a line\n");
          throw base::SystemError(ENOENT, "open", "/gone");
        },
        receive);
    FAIL();
  } catch (const base::SystemError& e) {
    EXPECT_EQ(e.code(), ENOENT);
    EXPECT_STREQ(e.what(), "open /gone: No such file or directory");
  }
  EXPECT_EQ(text, "a line\n");
  try {
    run_isolated(
        [](IsolatedOutput&) -> int { throw base::Failure(base::FailureKind::kUsage, "no such state"); },
        receive);
    FAIL();
  } catch (const base::Failure& e) {
    EXPECT_EQ(e.kind(), base::FailureKind::kUsage);
    EXPECT_STREQ(e.what(), "no such state");
  }
}

TEST(IsolatedReader, that_needs_too_much_memory_says_so) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "needs a build without sanitizers";
#endif
  try {
    run_isolated(
        [](IsolatedOutput& output) {
          output.doing("a list");
          return static_cast<int>(std::string(size_t{3} << 30, 'x').size() % 2);
        },
        kIgnore, {.address_space = uint64_t{2} << 30});
    FAIL();
  } catch (const base::SystemError& e) {
    EXPECT_EQ(e.code(), ENOMEM);
    EXPECT_STREQ(e.what(), "there is not enough memory to read a list");
  }
}

// "read" or the name of an errno.
std::string result_name(long result) {
  return result >= 0 ? "allowed" : ::strerrorname_np(errno);
}

TEST(IsolatedReader, can_read_files_but_not_write_or_remove_them) {
  const test::TempDirectory directory;
  std::ofstream(directory / "file") << "content";
  const std::string path = directory / "file";
  EXPECT_EQ(written([&](IsolatedOutput& output) {
              char buffer[7] = {};
              const int fd = ::open(path.c_str(), O_RDONLY);
              const ssize_t n = ::read(fd, buffer, sizeof buffer);
              const base::UniqueFd beneath = base::open_directory(directory.path());
              struct stat st = {};
              output.write({buffer, static_cast<size_t>(n)});
              output.write(base::try_open_regular_beneath(beneath.get(), "file", &st) ? " beneath"
                                                                                      : " not beneath");
              return 0;
            }),
            "content beneath");
  EXPECT_EQ(written([&](IsolatedOutput& output) {
              output.write(result_name(::open(path.c_str(), O_RDWR)) + " ");
              output.write(result_name(::open((path + "2").c_str(), O_WRONLY | O_CREAT, 0666)) + " ");
              output.write(result_name(::unlink(path.c_str())) + " ");
              output.write(result_name(::rename(path.c_str(), (path + "3").c_str())));
              return 0;
            }),
            "EPERM EPERM EPERM EPERM");
  std::ifstream in(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "content");
}

TEST(IsolatedReader, writes_nothing_to_files_that_were_open) {
  const test::TempDirectory directory;
  const base::UniqueFd file(::open((directory / "file").c_str(), O_WRONLY | O_CREAT, 0666));
  EXPECT_EQ(written([&](IsolatedOutput& output) {
              output.write(result_name(::write(file.get(), "x", 1)));
              return 0;
            }),
            "EFBIG");
}

TEST(IsolatedReader, cannot_get_around_the_filter_of_calls_by_openat2) {
  if (::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
    GTEST_SKIP() << "needs a kernel with Landlock";
  }
  const test::TempDirectory directory;
  EXPECT_EQ(written([&](IsolatedOutput& output) {
              const base::UniqueFd beneath = base::open_directory(directory.path());
              const bool opened{base::try_open_beneath(beneath.get(), "new", O_WRONLY | O_CREAT)};
              output.write(result_name(opened ? 0 : -1));
              return 0;
            }),
            "EACCES");
}

TEST(IsolatedReader, runs_no_program_and_opens_no_socket_and_leaves_no_core) {
  EXPECT_EQ(written([](IsolatedOutput& output) {
              output.write(result_name(::execl("/bin/true", "true", nullptr)) + " ");
              output.write(result_name(::socket(AF_INET, SOCK_STREAM, 0)) + " ");
              output.write(result_name(::socket(AF_UNIX, SOCK_STREAM, 0)) + " ");
              output.write(result_name(::kill(::getppid(), SIGTERM)) + " ");
              struct rlimit core = {};
              ::getrlimit(RLIMIT_CORE, &core);
              output.write(std::to_string(core.rlim_max));
              return 0;
            }),
            "EPERM EPERM EPERM EPERM 0");
}

}  // namespace
}  // namespace checkpointfs::state
