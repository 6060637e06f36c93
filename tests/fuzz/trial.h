// SPDX-License-Identifier: Apache-2.0
// Corrupts inputs and checks the results, and the memory and time that decoding takes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/fuzz/corruptions.h"
#include "tests/support/samples.h"

namespace checkpointfs::fuzz {

struct Tally {
  uint64_t refused = 0;
  uint64_t round_trips = 0;
  uint64_t findings = 0;
  uint64_t most_memory = 0;  // of decoding, in bytes for each byte of input
  uint64_t most_time = 0;    // of one variant, in microseconds

  uint64_t variants() const { return refused + round_trips + findings; }
  Tally& operator+=(const Tally& other);
};

// "123 variants: 100 refused, 23 round trips, 0 findings; ...".
std::string to_string(const Tally& tally);

// Checks that `bytes` are refused with a reason or round-trip, in memory and time that are linear in their
// size. Returns "" or the problem. Adds to `tally`.
std::string try_bytes(std::string_view bytes, Tally* tally);

// `found`: called with each variant that has a problem.
Tally try_corruptions(
    const test::Sample& input, uint64_t step,
    const std::function<void(std::string_view bytes, const Corruption&, const std::string& problem)>& found);

}  // namespace checkpointfs::fuzz
