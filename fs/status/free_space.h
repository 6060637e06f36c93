// SPDX-License-Identifier: Apache-2.0
// Free space of the file systems that hold the sources.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/threads/store_calls.h"
#include "fs/status/source_states.h"

namespace checkpointfs::fs {

// Thread-safe.
class FreeSpace {
 public:
  struct Amount {
    uint64_t bytes = 0;  // that a program without privileges can write
    uint64_t files = 0;  // 0: the file systems do not count them
  };

  // REQUIRES: `states` outlives this object.
  FreeSpace(std::vector<std::string> sources, std::shared_ptr<base::StoreCalls> calls,
            const SourceStates& states);

  // Adds up the file systems of the sources, each once; an answer may be some seconds old. A source that does
  // not answer, or is lost, counts with its last answer. Returns nothing if no source has ever answered.
  std::optional<Amount> look();

 private:
  struct Answer {
    dev_t device = 0;
    Amount amount;
  };
  using Answers = std::map<std::string, Answer>;  // by source

  std::optional<Answer> ask(const std::string& source) const;
  static std::optional<Amount> sum_of(const Answers& answers);

  const std::vector<std::string> sources_;
  const std::shared_ptr<base::StoreCalls> calls_;
  const SourceStates& states_;
  std::mutex mutex_;  // guards what follows
  Answers answers_;
  std::optional<std::chrono::steady_clock::time_point> asked_;
};

}  // namespace checkpointfs::fs
