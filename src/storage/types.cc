// SPDX-License-Identifier: Apache-2.0
#include "storage/types.h"

#include "base/path.h"

namespace checkpointfs::storage {

std::string_view to_string(FileStatus status) {
  switch (status) {
    case FileStatus::kOk:
      return "ok";
    case FileStatus::kMissing:
      return "missing";
    case FileStatus::kWrongSize:
      return "wrong size";
    case FileStatus::kUnmapped:
      return "unmapped";
    case FileStatus::kOutside:
      return "outside";
    case FileStatus::kNotRegular:
      return "not a regular file";
    case FileStatus::kUnreadable:
      return "unreadable";
    case FileStatus::kDenied:
      return "denied";
  }
  return "unknown";  // a number that an index file may hold, but no version of ours wrote
}

std::string absolute(const Place& place) {
  return base::join(place.root, place.path);
}

}  // namespace checkpointfs::storage
