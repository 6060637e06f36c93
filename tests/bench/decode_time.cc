// SPDX-License-Identifier: Apache-2.0
// decode-time FILE ROUNDS: decodes a _metadata again and again from memory, and prints the milliseconds of
// processor time of each round as a JSON array.
#include <time.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "flink/decode.h"

namespace {

double processor_ms() {
  struct timespec now = {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: decode-time FILE ROUNDS\n";
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::cout << '[';
  for (int round = 0; round < std::atoi(argv[2]); ++round) {
    const double before = processor_ms();
    {
      const auto metadata = checkpointfs::flink::decode(bytes);
      if (!metadata.has_value()) {
        std::cerr << "decode-time: " << to_string(metadata.error()) << '\n';
        return 1;
      }
    }
    std::cout << (round > 0 ? ", " : "") << processor_ms() - before;
  }
  std::cout << "]\n";
}
