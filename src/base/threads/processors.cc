// SPDX-License-Identifier: Apache-2.0
#include "base/threads/processors.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <string_view>

#include "base/unique_fd.h"

namespace checkpointfs::base {

const cpu_set_t& own_processors() {
  static const cpu_set_t own = [] {
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) != 0) CPU_ZERO(&set);
    return set;
  }();
  return own;
}

void allow_own_processors() {
  ::sched_setaffinity(0, sizeof(cpu_set_t), &own_processors());
}

void run_on(pid_t thread, int processor) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<size_t>(processor), &one);
  ::sched_setaffinity(thread, sizeof one, &one);
}

int processor_of(pid_t thread) {
  std::array<char, 32> path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/stat", thread);
  const UniqueFd file(::open(path.data(), O_RDONLY | O_CLOEXEC));
  if (!file) return -1;
  std::array<char, 1024> buffer;
  const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
  if (size <= 0) return -1;
  std::string_view text(buffer.data(), static_cast<size_t>(size));
  // The name of the program, in brackets, may have spaces and brackets of its own.
  const size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return -1;
  text.remove_prefix(name_end + 1);
  static constexpr int kFieldsBefore = 37;  // field 39, and the name is field 2
  for (int i = 0; i < kFieldsBefore; ++i) {
    const size_t space = text.find(' ');
    if (space == std::string_view::npos) return -1;
    text.remove_prefix(space + 1);
  }
  int processor = -1;
  std::from_chars(text.data(), text.data() + text.size(), processor);
  return processor;
}

}  // namespace checkpointfs::base
