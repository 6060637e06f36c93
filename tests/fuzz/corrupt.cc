// SPDX-License-Identifier: Apache-2.0
// usage: corrupt [--step N] [--findings DIRECTORY]
// Corrupts every sample and fixture, on all processors; each Nth variant (default 1: all of them). Keeps what
// is found in the directory. Exit code 1 if anything is found.
#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/fuzz/inputs.h"
#include "tests/fuzz/trial.h"

namespace {

using checkpointfs::fuzz::Corruption;
using checkpointfs::fuzz::Tally;
using checkpointfs::test::Sample;

class Campaign {
 public:
  Campaign(uint64_t step, std::string findings)
      : step_(step), findings_(std::move(findings)), inputs_(checkpointfs::fuzz::inputs()) {}

  Tally run() {
    std::vector<std::thread> threads;
    for (unsigned i = std::max(1U, std::thread::hardware_concurrency()); i > 0; --i) {
      threads.emplace_back([this] { work(); });
    }
    for (std::thread& thread : threads) thread.join();
    return total_;
  }

 private:
  void work() {
    for (size_t i = next_++; i < inputs_.size(); i = next_++) {
      const Sample& input = inputs_[i];
      const auto found = [&](std::string_view bytes, const Corruption& corruption,
                             const std::string& problem) {
        keep(input.name + ", " + to_string(corruption) + ": " + problem, bytes);
      };
      const Tally tally = checkpointfs::fuzz::try_corruptions(input, step_, found);
      const std::lock_guard lock(mutex_);
      std::cout << input.name << ": " << to_string(tally) << std::endl;
      total_ += tally;
    }
  }

  void keep(const std::string& message, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    const std::string file = findings_ + "/corrupt-" + std::to_string(++kept_);
    std::ofstream(file, std::ios::binary) << bytes;
    std::cerr << message << "; kept as " << file << std::endl;
  }

  const uint64_t step_;
  const std::string findings_;
  const std::vector<Sample> inputs_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;  // guards what follows, and the output
  Tally total_;
  uint64_t kept_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  uint64_t step = 1;
  std::string findings = ".";
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    if (i + 1 < argc && option == "--step") {
      step = std::max(1ULL, std::stoull(argv[i + 1]));
    } else if (i + 1 < argc && option == "--findings") {
      findings = argv[i + 1];
    } else {
      std::cerr << "usage: corrupt [--step N] [--findings DIRECTORY]\n";
      return 2;
    }
  }
  const Tally total = Campaign(step, findings).run();
  std::cout << "total: " << to_string(total) << std::endl;
  return total.findings == 0 && total.variants() > 0 ? 0 : 1;
}
