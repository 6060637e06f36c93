// SPDX-License-Identifier: Apache-2.0
// usage: write-state-seeds HARNESS DIRECTORY
// Writes the first corpus of a harness of state.
#include <fstream>
#include <iostream>
#include <string>

#include "tests/fuzz/state/state_seeds.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: write-state-seeds HARNESS DIRECTORY\n";
    return 2;
  }
  for (const checkpointfs::fuzz::Seed& seed : checkpointfs::fuzz::state_seeds(argv[1])) {
    std::ofstream out(std::string(argv[2]) + "/" + seed.name, std::ios::binary);
    if (!(out << seed.bytes).flush()) {
      std::cerr << "cannot write " << argv[2] << "/" << seed.name << "\n";
      return 1;
    }
  }
}
