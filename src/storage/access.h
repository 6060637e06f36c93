// SPDX-License-Identifier: Apache-2.0
// Whom a file's mode lets in according to the file alone, and whom the directories on its real path and its
// access control list keep out all the same. A mount that other users see (allow_other) shows files elsewhere
// than they lie: there the mode must say both.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string_view>

namespace checkpointfs::storage {

// A mode as the index has it: st_mode, and from bit 16 on the permissions of it (0777) that others must not
// be shown.
constexpr uint32_t kClosedShift = 16;
constexpr uint32_t with_closed(uint32_t mode, uint32_t closed) {
  return mode | (closed & 0777) << kClosedShift;
}
constexpr uint32_t closed_of(uint32_t mode) {
  return mode >> kClosedShift & 0777;
}
// st_mode for a mount that only its owner sees, and for one that all see.
constexpr uint32_t own_mode(uint32_t mode) {
  return mode & 0xffff;
}
constexpr uint32_t mode_for_others(uint32_t mode) {
  return own_mode(mode) & ~closed_of(mode);
}

// The users who pass through all of some directories: the owner `uid`, the members of `gid`, all others. It
// never says yes where one of the directories says no. Time and space are those of one directory.
struct Passage {
  static constexpr uint32_t kOwner = 4;
  static constexpr uint32_t kGroup = 2;
  static constexpr uint32_t kOthers = 1;
  static constexpr uint32_t kAll = kOwner | kGroup | kOthers;
  // Directories of several owners, one of which keeps somebody out: nobody is known to be the owner of all.
  static constexpr uint32_t kNobody = UINT32_MAX;

  uint32_t allowed = kAll;
  uint32_t uid = kNobody;
  uint32_t gid = kNobody;
  friend bool operator==(const Passage&, const Passage&) = default;

  static Passage closed() { return {0, kNobody, kNobody}; }
  // Through these, and then through a directory with this mode (see with_closed()) and owner.
  Passage then(uint32_t mode, uint32_t uid, uint32_t gid) const;
  // The permissions (of 0777) that a file of this owner must not show, lying behind these directories.
  uint32_t closes(uint32_t uid, uint32_t gid) const;
};

// The permissions of `mode` that a POSIX access control list (the value of system.posix_acl_access) takes
// back from somebody: the group bits of a mode with a list are its mask, and a named user may get less than
// all others. Permissions that the list gives to named users are not shown to anybody.
uint32_t closed_by_list(uint32_t mode, std::string_view list);

// The same of the open file `fd` (O_PATH too), as `mode` says; no list, or a file system without any: 0. A
// list that cannot be read closes the file to all but its owner.
uint32_t closed_by_list_of(int fd, uint32_t mode);

// fstat of a file beneath a directory, no link followed; st_mode is with_closed() by its list. Returns 0 or
// an errno.
int look_beneath(int directory, const char* path, struct stat* st);
// The same of the name `name`, a single component, in a directory. Takes half of the system calls.
int look_in(int directory, const char* name, struct stat* st);

}  // namespace checkpointfs::storage
