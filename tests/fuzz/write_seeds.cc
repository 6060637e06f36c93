// SPDX-License-Identifier: Apache-2.0
// usage: write-seeds DIRECTORY [MAX-SIZE]
// Writes the inputs of at most that size into the directory, as libFuzzer's first corpus.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>

#include "tests/fuzz/inputs.h"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: write-seeds DIRECTORY [MAX-SIZE]\n";
    return 2;
  }
  const size_t max_size = argc > 2 ? std::stoul(argv[2]) : SIZE_MAX;
  for (checkpointfs::test::Sample& input : checkpointfs::fuzz::inputs()) {
    if (input.bytes.size() > max_size) continue;
    std::replace(input.name.begin(), input.name.end(), '/', '-');
    std::ofstream out(std::string(argv[1]) + "/" + input.name, std::ios::binary);
    if (!(out << input.bytes).flush()) {
      std::cerr << "cannot write " << argv[1] << "/" << input.name << "\n";
      return 1;
    }
  }
}
