// SPDX-License-Identifier: Apache-2.0
// A source on a file system that is slow, or hangs: tests/support/slow_store.cc.
#pragma once

#include <string>

#include "tests/support/files.h"
#include "process.h"

namespace checkpointfs::test {

// A store that is mounted for the life of the object and shows `directory`.
class SlowStore {
 public:
  explicit SlowStore(const std::string& directory);
  ~SlowStore();
  SlowStore(const SlowStore&) = delete;
  SlowStore& operator=(const SlowStore&) = delete;

  std::string path() const { return own_ / "store"; }
  void delay(Milliseconds each_operation) const;
  // No operation is answered from now on, until answer(). `hard`: waiting processes cannot be killed either.
  void hang(bool hard = false) const;
  void answer() const;
  // Kills the process of the store: the mount is dead until restart().
  void kill() const;
  void restart() const;
  // Operations so far, one a line: "open /job/shared/a".
  std::string operations() const;

 private:
  void start() const;
  std::string control(std::string_view name) const { return own_ / ("control/" + std::string(name)); }

  const std::string directory_;
  TempDirectory own_;
};

}  // namespace checkpointfs::test
