// SPDX-License-Identifier: Apache-2.0
#include "storage/directory_listing.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

namespace checkpointfs::storage {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

int list_directory(base::UniqueFd fd, const std::function<int(int fd, const dirent& entry)>& take) {
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(fd.get()));
  if (!directory) return errno;
  const int number = fd.release();
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(directory.get());
    if (entry == nullptr) return errno;
    if (const int error = take(number, *entry); error != 0) return error;
  }
}

int type_of(int fd, const dirent& entry, unsigned char* type) {
  *type = entry.d_type;
  if (*type != DT_UNKNOWN) return 0;
  struct stat st = {};
  if (::fstatat(fd, entry.d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  *type = static_cast<unsigned char>(IFTODT(st.st_mode));
  return 0;
}

bool is_directory(int fd, const dirent& entry) {
  unsigned char type = DT_UNKNOWN;
  return type_of(fd, entry, &type) == 0 && type == DT_DIR;
}

}  // namespace checkpointfs::storage
