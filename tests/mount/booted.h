// SPDX-License-Identifier: Apache-2.0
// systemd as PID 1, with the program installed, as boot-systemd starts it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/handmade.h"
#include "process.h"

namespace checkpointfs::test {

class Booted {
 public:
  // `etc`: files of /etc; "@SOURCE@" in them becomes the path of the storage. The destructor ends everything
  // that runs in there.
  Booted(const Handmade& storage, const std::map<std::string, std::string>& etc);
  ~Booted();
  Booted(const Booted&) = delete;
  Booted& operator=(const Booted&) = delete;

  // The reason why it does not run here; "" if it does.
  const std::string& why_not() const { return why_not_; }

  // True if it shuts down within `limit`. REQUIRES: a shutdown was requested.
  bool ends_within(Milliseconds limit) const;

  // Runs a program in there.
  RunResult run(const std::vector<std::string>& argv) const;
  // Standard output of `systemctl ...`, without the end of the line.
  std::string systemctl(const std::vector<std::string>& words) const;
  // Lines of the journal.
  std::string journal(const std::vector<std::string>& words) const;
  // The types of the mounts at `path`, "<type> <type>", the lowest first.
  std::string mounted_at(const std::string& path) const;

 private:
  std::string directory_;
  std::string why_not_;
  std::string pid_;
  std::optional<Process> process_;
};

}  // namespace checkpointfs::test
