// SPDX-License-Identifier: Apache-2.0
// The four steps that change a disk, each on a storage made for it, and the conditions that must hold after.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "chain.h"

namespace checkpointfs::removal {

// A storage, prepared so that the step can be done.
class Step {
 public:
  enum class Kind { kRm, kGc, kRestore, kPurge };
  static constexpr Kind kKinds[] = {Kind::kRm, Kind::kGc, Kind::kRestore, Kind::kPurge};

  explicit Step(Kind kind, const std::string& top = "");
  void run(storage::DiskOperations& disk);
  // REQUIRES: kRm or kGc.
  Applied apply(storage::DiskOperations& disk);
  void resume(storage::DiskOperations& disk);
  bool is_done() const;
  // Runs the step once more, by another process, with nothing in its way.
  void run_again();

  // Checks the conditions that must hold at each moment. Returns "" or the violation.
  std::string problem_now() const;
  // Checks the conditions that must hold when the step is done. Returns "" or the violation.
  std::string problem_at_end() const;

  const int64_t& clock() const { return chain_.world.now; }
  static std::string name(Kind kind);

 private:
  Kind kind_;
  Chain chain_;
  Plan plan_;
  std::map<std::string, std::string> before_;
};

}  // namespace checkpointfs::removal
