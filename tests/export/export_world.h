// SPDX-License-Identifier: Apache-2.0
// Storage with two checkpoints that share files, an export of both, and what the target must hold.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "export/exporter.h"
#include "storage/disk_operations.h"
#include "tests/support/indexed_storage.h"

namespace checkpointfs::exporting {

enum class Kind { kCopy, kLink, kJobs, kIntoCopy };

std::string to_text(Kind kind);

// kIntoCopy: the target has the half of a checkpoint, which somebody copied.
class ExportWorld {
 public:
  // The target lies in `disk`, an existing directory.
  ExportWorld(Kind kind, const std::string& disk, int files = 6);

  // Exports both checkpoints, with one thread.
  void run(storage::DiskOperations& disk);
  // Exports with real calls.
  void run_again();

  // "", or what is wrong after an interruption: a checkpoint with `_metadata` that is not whole, a changed
  // source, a lost file of somebody else.
  std::string problem_now();
  // True if both checkpoints have `_metadata`.
  bool is_done() const;
  // "", or what is wrong at the end: the target must have just the files that it should, and no rest.
  std::string problem_at_end();

  const int64_t& clock() const { return clock_; }
  const std::string& target() const { return target_; }
  Options options() const;

 private:
  // Bytes by path.
  using Tree = std::map<std::string, std::string>;
  void make_storage(int files);
  std::string problem_of(const Tree& tree, const std::string& checkpoint) const;

  const Kind kind_;
  const std::string target_;
  test::IndexedStorage storage_;
  Tree expected_;  // of a target in the layout of snapshots, without `_metadata`
  Tree source_;
  int64_t clock_ = 1'700'000'000'000'000'000;
};

}  // namespace checkpointfs::exporting
