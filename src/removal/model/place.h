// SPDX-License-Identifier: Apache-2.0
// Files by name and by identity.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/state_file.h"

namespace checkpointfs::removal {

// A name beneath a source, or beneath a directory that a mapping names.
struct Place {
  std::string root;  // absolute, real
  std::string path;  // beneath it, normalised; "" for itself
  friend auto operator<=>(const Place&, const Place&) = default;
};

// Which file it is, whether it changed, and whose it is.
struct Identity {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t mtime_ns = 0;
  // No part of what makes it the same file; 0 if it was not asked for, as in a plan that was read from a
  // file.
  int64_t ctime_ns = 0;
  uint32_t uid = 0;
};

inline Identity identity_of(const struct stat& st) {
  return {
      st.st_dev, st.st_ino, static_cast<int64_t>(st.st_size), storage::mtime_ns(st), storage::ctime_ns(st),
      st.st_uid};
}

inline std::string joined(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && !path.ends_with('/')) path += '/';
  return path += name;
}

inline std::string absolute(const Place& place) {
  return place.path.empty() ? place.root : joined(place.root, place.path);
}

// "" above the first component.
inline std::string_view directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

inline std::string_view last_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace checkpointfs::removal
