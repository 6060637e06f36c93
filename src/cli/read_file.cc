// SPDX-License-Identifier: Apache-2.0
#include "cli/read_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/concat.h"
#include "base/errors.h"
#include "base/human.h"

namespace checkpointfs::cli {

std::string read_file(int fd, const std::string& name, uint64_t limit) {
  struct stat st = {};
  if (::fstat(fd, &st) != 0) base::throw_errno("cannot read", name);
  std::string text;
  size_t used = 0;
  // Files of /proc and of the control directory say that they are empty: the size is only a first guess.
  for (size_t room = static_cast<size_t>(std::max<off_t>(st.st_size, 0)) + 4096;; room = text.size() * 2) {
    if (used > limit || static_cast<uint64_t>(st.st_size) > limit) {
      throw base::Failure(
          base::FailureKind::kInput,
          base::concat(name, " is larger than ", base::human_bytes(limit), "; no metadata is"));
    }
    text.resize(room);
    while (used < text.size()) {
      const ssize_t n = ::read(fd, text.data() + used, text.size() - used);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) base::throw_errno("cannot read", name);
      if (n == 0) {
        text.resize(used);
        return text;
      }
      used += static_cast<size_t>(n);
    }
  }
}

}  // namespace checkpointfs::cli
