// SPDX-License-Identifier: Apache-2.0
#include "fs/io/host_costs.h"

#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/pipe.h"
#include "base/threads/processors.h"
#include "base/unique_fd.h"

namespace checkpointfs::fs {
namespace {

constexpr int kRoundTrips = 100;
constexpr size_t kMiB = 1 << 20;
constexpr size_t kMiBs = 8;
constexpr int kFillings = 2;
// No measurement takes longer, however busy the host is.
constexpr std::chrono::milliseconds kLongest(50);
// The program's own work for an OPEN and a RELEASE, ns: it opens, looks at and closes the state file.
constexpr uint64_t kOwnWork = 10'000;
// The kernel reads 256 KiB ahead.
constexpr uint64_t kReadsOfMiB = 4;

using Clock = std::chrono::steady_clock;

uint64_t ns_since(Clock::time_point start) {
  return static_cast<uint64_t>(std::chrono::nanoseconds(Clock::now() - start).count());
}

uint64_t lower_quarter(std::vector<uint64_t> times) {
  const auto quarter = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 4);
  std::ranges::nth_element(times, quarter);
  return std::max<uint64_t>(*quarter, 1);
}

// The first and the last of the processors of this process. Throws SystemError if there are too many.
std::pair<int, int> processors() {
  const cpu_set_t& own = base::own_processors();
  if (CPU_COUNT(&own) == 0) throw base::SystemError(EINVAL, "look at", "the processors");
  int first = 0;
  while (!CPU_ISSET(first, &own)) ++first;
  int last = CPU_SETSIZE - 1;
  while (!CPU_ISSET(last, &own)) --last;
  return {first, last};
}

// Each thread owns the end that it writes to: when one ends, so does the other.
uint64_t round_trip_ns(int asking, int answering) {
  base::Pipe questions = base::make_pipe();
  base::Pipe answers = base::make_pipe();
  std::jthread answerer([from = std::move(questions.reading), to = std::move(answers.writing), answering] {
    base::run_on(0, answering);
    char byte = 0;
    while (::read(from.get(), &byte, 1) == 1 && ::write(to.get(), &byte, 1) == 1) {
    }
  });
  std::vector<uint64_t> times;
  std::jthread asker([from = std::move(answers.reading), to = std::move(questions.writing), asking, &times] {
    base::run_on(0, asking);
    const auto began = Clock::now();
    char byte = 0;
    for (int i = 0; i < kRoundTrips && Clock::now() - began < kLongest; ++i) {
      const auto start = Clock::now();
      if (::write(to.get(), &byte, 1) != 1 || ::read(from.get(), &byte, 1) != 1) return;
      times.push_back(ns_since(start));
    }
  });
  asker.join();
  answerer.join();
  if (times.empty()) throw base::SystemError(EIO, "measure", "the time of a round trip");
  return lower_quarter(std::move(times));
}

uint64_t new_pages_ns() {
  const std::string bytes(kMiB, 1);
  const auto began = Clock::now();
  std::vector<uint64_t> times;
  for (int i = 0; i < kFillings; ++i) {
    const base::UniqueFd file(::memfd_create("checkpointfs", MFD_CLOEXEC));
    if (!file) base::throw_errno("create", "a file in memory");
    for (size_t at = 0; at < kMiBs && (times.empty() || Clock::now() - began < kLongest); ++at) {
      const auto start = Clock::now();
      const ssize_t n = ::pwrite(file.get(), bytes.data(), kMiB, static_cast<off_t>(at * kMiB));
      if (n != static_cast<ssize_t>(kMiB)) base::throw_errno("write to", "a file in memory");
      times.push_back(ns_since(start));
    }
  }
  return lower_quarter(std::move(times));
}

}  // namespace

HostCosts measure_host_costs() {
  const auto [first, last] = processors();
  return {round_trip_ns(first, first), round_trip_ns(first, last), new_pages_ns()};
}

IoCosts IoCosts::of(const HostCosts& host, bool is_near) {
  const uint64_t round_trip = is_near ? host.round_trip_ns : host.distant_round_trip_ns;
  return {2 * round_trip + kOwnWork, host.new_pages_ns + kReadsOfMiB * round_trip};
}

}  // namespace checkpointfs::fs
