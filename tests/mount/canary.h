// SPDX-License-Identifier: Apache-2.0
// A file that nobody may open.
#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace checkpointfs::test {

// Creates the file with content that is nowhere else, then watches it by inotify(7).
class Canary {
 public:
  explicit Canary(const std::string& path);

  const std::string& path() const { return path_; }
  // True if the file was opened or read since the last call. The object's own accesses do not count.
  bool was_touched() const;
  bool is_in(std::string_view bytes) const { return bytes.find(content_) != std::string_view::npos; }

 private:
  std::string path_;
  std::string content_;
  base::UniqueFd watch_;
};

}  // namespace checkpointfs::test
