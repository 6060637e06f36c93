// SPDX-License-Identifier: Apache-2.0
// A temporary directory, removed with its contents by the destructor.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::test {

class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  // Absolute, without symbolic links.
  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace checkpointfs::test
