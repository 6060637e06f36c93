// SPDX-License-Identifier: Apache-2.0
#include "storage/access.h"

#include <fcntl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/beneath.h"
#include "base/text/message.h"

namespace checkpointfs::storage {
namespace {

constexpr uint32_t kOthersPermissions = 0077;

// Tags of entries (linux/posix_acl.h, which is not for programs).
enum Tag : uint16_t { kUser = 0x02, kOwningGroup = 0x04, kGroup = 0x08, kMask = 0x10 };

bool has(uint32_t allowed, uint32_t who) {
  return (allowed & who) == who;
}

uint16_t little_endian16(const char* bytes) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[0]) | static_cast<uint8_t>(bytes[1]) << 8);
}

}  // namespace

Passage Passage::then(uint32_t mode, uint32_t of_uid, uint32_t of_gid) const {
  const uint32_t shown = mode_for_others(mode);
  const uint32_t here = ((shown & S_IXUSR) != 0 ? kOwner : 0) | ((shown & S_IXGRP) != 0 ? kGroup : 0) |
                        ((shown & S_IXOTH) != 0 ? kOthers : 0);
  if (here == kAll) return *this;
  if (allowed == kAll) return {here, of_uid, of_gid};
  Passage both = {allowed & here, uid == of_uid ? uid : kNobody, gid == of_gid ? gid : kNobody};
  // A member of the one group is among the others of the other directory.
  if (both.gid == kNobody && !has(both.allowed, kGroup | kOthers)) both.allowed &= kOwner;
  return both;
}

uint32_t Passage::closes(uint32_t of_uid, uint32_t of_gid) const {
  if (allowed == kAll) return 0;
  const bool all_but_owner = has(allowed, kGroup | kOthers);
  const bool same_owner = uid == of_uid;
  // The owner of the directories may be in the file's group, or be one of the others.
  const bool foreign_owner = same_owner || has(allowed, kOwner);
  // The file's owner may be one of several owners.
  const bool owner =
      same_owner ? has(allowed, kOwner) : all_but_owner && (uid != kNobody || has(allowed, kOwner));
  const bool group = (gid == of_gid ? has(allowed, kGroup) : all_but_owner) && foreign_owner;
  const bool others = (gid == of_gid ? has(allowed, kOthers) : all_but_owner) && foreign_owner;
  return (owner ? 0 : S_IRWXU) | (group ? 0 : S_IRWXG) | (others ? 0 : S_IRWXO);
}

uint32_t closed_by_list(uint32_t mode, std::string_view list) {
  constexpr size_t kHeader = sizeof(posix_acl_xattr_header);
  constexpr size_t kEntry = sizeof(posix_acl_xattr_entry);
  if (list.size() < kHeader || (list.size() - kHeader) % kEntry != 0) return kOthersPermissions;
  uint32_t group = 07;
  uint32_t mask = 07;
  uint32_t users = 07;  // what each of them gets
  uint32_t groups = 07;
  bool has_names = false;
  for (list.remove_prefix(kHeader); !list.empty(); list.remove_prefix(kEntry)) {
    const uint32_t permissions = little_endian16(list.data() + 2) & 07;
    switch (little_endian16(list.data())) {
      case kUser:
        users &= permissions;
        has_names = true;
        break;
      case kOwningGroup:
        group = permissions;
        break;
      case kGroup:
        groups &= permissions;
        has_names = true;
        break;
      case kMask:
        mask = permissions;
        break;
      default:
        break;
    }
  }
  const uint32_t of_group = group & users & mask;
  // The mask does not hold for others, but for named users and groups: what it cuts may be less than others
  // get.
  const uint32_t of_others = has_names ? users & groups & mask : 07;
  return mode & ~(S_IRWXU | of_group << 3 | of_others) & kOthersPermissions;
}

namespace {

constexpr const char* kList = "system.posix_acl_access";

// getxattrat(2) of Linux 6.13, which the headers of this system need not know: no walk through /proc.
ssize_t get_list_at(int directory, const char* name, char* list, size_t size) {
  constexpr long kGetxattrat = 464;
  struct {
    uint64_t value;
    uint32_t size;
    uint32_t flags;
  } arguments = {reinterpret_cast<uint64_t>(list), static_cast<uint32_t>(size), 0};
  static std::atomic<bool> is_there = true;
  if (is_there) {
    const long got =
        ::syscall(kGetxattrat, directory, name, AT_SYMLINK_NOFOLLOW, kList, &arguments, sizeof arguments);
    if (got >= 0 || (errno != ENOSYS && errno != EPERM)) return got;
    is_there = false;  // or not allowed
  }
  return ::lgetxattr(base::format("/proc/self/fd/{}/{}", directory, name).c_str(), kList, list, size);
}

// `get`: getxattr(2) of the file.
template <typename Get>
uint32_t closed_by_list_got(uint32_t mode, const Get& get) {
  // The group bits are the mask of a list: without any, nobody gets anything by it; but a named user may get
  // less than others.
  if ((mode & kOthersPermissions) == 0) return 0;
  std::array<char, 4096> list = {};
  const ssize_t size = get(list.data(), list.size());
  if (size >= 0) return closed_by_list(mode, {list.data(), static_cast<size_t>(size)});
  const bool none = errno == ENODATA || errno == EOPNOTSUPP || errno == ENOSYS;
  return none ? 0 : mode & kOthersPermissions;
}

}  // namespace

uint32_t closed_by_list_of(int fd, uint32_t mode) {
  return closed_by_list_got(mode, [fd](char* list, size_t size) {
    // Uses the name, as descriptors of O_PATH have no attributes.
    return ::getxattr(base::format("/proc/self/fd/{}", fd).c_str(), kList, list, size);
  });
}

int look_beneath(int directory, const char* path, struct stat* st) {
  const base::UniqueFd fd = base::try_open_beneath(directory, path, O_PATH | O_NOFOLLOW);
  if (!fd) return errno;
  if (::fstat(fd.get(), st) != 0) return errno;
  if (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode))
    st->st_mode = with_closed(st->st_mode, closed_by_list_of(fd.get(), st->st_mode));
  return 0;
}

int look_in(int directory, const char* name, struct stat* st) {
  if (::fstatat(directory, name, st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0) return errno;
  if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode)) return 0;
  const uint32_t closed = closed_by_list_got(
      st->st_mode, [&](char* list, size_t size) { return get_list_at(directory, name, list, size); });
  st->st_mode = with_closed(st->st_mode, closed);
  return 0;
}

}  // namespace checkpointfs::storage
