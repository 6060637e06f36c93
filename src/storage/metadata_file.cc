// SPDX-License-Identifier: Apache-2.0
#include "storage/metadata_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/names.h"
#include "storage/access.h"

namespace checkpointfs::storage {
namespace {

constexpr size_t kReadAtOnce = size_t{1} << 20;

base::InputError problem(uint64_t offset, std::string reason, bool truncated = false) {
  return {offset, flink::kMetadataFile, std::move(reason), truncated};
}

std::string message_of(int error) {
  switch (error) {
    case EINVAL:
      return "is not a regular file";
    case EXDEV:
    case ELOOP:
      return "is a symbolic link, or lies behind one";
    default:
      return "cannot be read: " + std::generic_category().message(error);
  }
}

bool same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

base::Result<MetadataFile> read_metadata_file(int root, const std::string& directory, uint64_t max_size) {
  const std::string path = base::join(directory, flink::kMetadataFile);
  MetadataFile file;
  const base::UniqueFd fd = base::try_open_regular_beneath(root, path.c_str(), &file.st);
  if (!fd && base::says_nothing_of_the_file(errno)) base::throw_errno("open", path);
  if (!fd) return problem(0, message_of(errno));
  file.st.st_mode = with_closed(file.st.st_mode, closed_by_list_of(fd.get(), file.st.st_mode));
  const auto size = static_cast<uint64_t>(file.st.st_size);
  if (size > max_size) return problem(0, base::format("is larger than {} bytes", max_size));
  file.bytes.resize(size);
  uint64_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd.get(), file.bytes.data() + done,
                              std::min<uint64_t>(kReadAtOnce, size - done), static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && base::says_nothing_of_the_file(errno)) base::throw_errno("read", path);
    if (n < 0) return problem(done, message_of(errno));
    if (n == 0) break;
    done += static_cast<uint64_t>(n);
  }
  struct stat after = {};
  if (::fstat(fd.get(), &after) != 0) return problem(done, message_of(errno));
  if (done != size || !same(file.st, after)) return problem(done, "changed while it was read", true);
  return file;
}

}  // namespace checkpointfs::storage
