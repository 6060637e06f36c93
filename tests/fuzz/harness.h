// SPDX-License-Identifier: Apache-2.0
// The body of each harness: prints the problem and aborts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/properties.h"

namespace checkpointfs::fuzz {

inline int run(Verdict (*check)(std::string_view), const uint8_t* data, size_t size) {
  const Verdict verdict = check({reinterpret_cast<const char*>(data), size});
  if (verdict.problem.empty()) return 0;
  std::fprintf(stderr, "%s\n", verdict.problem.c_str());
  std::abort();
}

}  // namespace checkpointfs::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
