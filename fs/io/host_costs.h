// SPDX-License-Identifier: Apache-2.0
// The costs on this host of the two things that io=auto weighs against each other.
#pragma once

#include <cstdint>

namespace checkpointfs::fs {

struct HostCosts {
  // From a question of one thread to the answer of another, both asleep meanwhile, in ns: on one processor,
  // and on two, where an idle processor has to be woken.
  uint64_t round_trip_ns = 0;
  uint64_t distant_round_trip_ns = 0;
  // To write one MiB into new pages of the page cache, in ns.
  uint64_t new_pages_ns = 0;

  friend bool operator==(const HostCosts&, const HostCosts&) = default;
};

// The costs of the machine in docs/performance.md stand for those of a host where nothing can be measured.
inline constexpr HostCosts kUsualHostCosts = {6'000, 35'000, 400'000};

// Measures them, in about 15 ms, and in at most 150 ms on a busy host. Other work makes them larger, so it
// returns times that a quarter of the tries did not exceed. Throws SystemError, and std::system_error if
// there can be no further thread.
HostCosts measure_host_costs();

// The modes have these costs beyond each other.
struct IoCosts {
  uint64_t hybrid_ns = 0;  // io=hybrid, for each small file
  uint64_t push_ns = 0;    // io=push, for each MiB in large files

  // hybrid: an OPEN, for which the reader waits, and a RELEASE, for which it does not, but which wakes a
  // thread of the program as well. push: the bytes go into new pages of the page cache, 256 KiB in answer to
  // each READ. docs/performance.md compares this with copies. `is_near`: the program answers on the processor
  // of the reader (io_uring).
  static IoCosts of(const HostCosts& host, bool is_near);
};

}  // namespace checkpointfs::fs
