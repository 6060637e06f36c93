// SPDX-License-Identifier: Apache-2.0
// The body of each harness of state: prints the problem and aborts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace checkpointfs::fuzz {

// `check` returns what is wrong, "" if nothing is.
inline int run_check(std::string (*check)(std::string_view), const uint8_t* data, size_t size) {
  const std::string problem = check({reinterpret_cast<const char*>(data), size});
  if (problem.empty()) return 0;
  std::fprintf(stderr, "%s\n", problem.c_str());
  std::abort();
}

}  // namespace checkpointfs::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
