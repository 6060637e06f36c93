// SPDX-License-Identifier: Apache-2.0
#include "storage/metadata_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

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

// Opens the file, and fills in `st`.
base::Result<base::UniqueFd> open_metadata(int root, const std::string& path, uint64_t max_size,
                                           struct stat* st) {
  base::UniqueFd fd = base::try_open_regular_beneath(root, path.c_str(), st);
  if (!fd && base::says_nothing_of_the_file(errno)) base::throw_errno("open", path);
  if (!fd) return problem(0, message_of(errno));
  st->st_mode = with_closed(st->st_mode, closed_by_list_of(fd.get(), st->st_mode));
  if (static_cast<uint64_t>(st->st_size) > max_size)
    return problem(0, base::format("is larger than {} bytes", max_size));
  return fd;
}

}  // namespace

base::Result<MetadataFile> read_metadata_file(int root, const std::string& directory, uint64_t max_size,
                                              std::string buffer) {
  const std::string path = base::join(directory, flink::kMetadataFile);
  MetadataFile file;
  file.bytes = std::move(buffer);
  const base::Result<base::UniqueFd> fd = open_metadata(root, path, max_size, &file.st);
  if (!fd) return fd.error();
  const auto size = static_cast<uint64_t>(file.st.st_size);
  file.bytes.resize(size);
  uint64_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd->get(), file.bytes.data() + done,
                              std::min<uint64_t>(kReadAtOnce, size - done), static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && base::says_nothing_of_the_file(errno)) base::throw_errno("read", path);
    if (n < 0) return problem(done, message_of(errno));
    if (n == 0) break;
    done += static_cast<uint64_t>(n);
  }
  struct stat after = {};
  if (::fstat(fd->get(), &after) != 0) return problem(done, message_of(errno));
  if (done != size || !same(file.st, after)) return problem(done, "changed while it was read", true);
  return file;
}

base::Result<std::unique_ptr<MetadataInput>> MetadataInput::open(int root, const std::string& directory,
                                                                 uint64_t max_size) {
  std::string path = base::join(directory, flink::kMetadataFile);
  struct stat st = {};
  base::Result<base::UniqueFd> fd = open_metadata(root, path, max_size, &st);
  if (!fd) return fd.error();
  return std::unique_ptr<MetadataInput>(new MetadataInput(std::move(path), std::move(*fd), st));
}

MetadataInput::MetadataInput(std::string path, base::UniqueFd fd, const struct stat& st)
    : path_(std::move(path)), fd_(std::move(fd)), st_(st), window_(static_cast<uint64_t>(st.st_size)) {}

std::string_view MetadataInput::until(uint64_t wanted) {
  while (window_.bytes().size() < wanted) {
    const uint64_t done = window_.bytes().size();
    const ssize_t n = ::pread(fd_.get(), window_.end(), std::min<uint64_t>(kReadAtOnce, window_.room()),
                              static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read", path_);
    if (n == 0) throw base::SystemError(EIO, base::format("read {}: it became shorter meanwhile", path_));
    window_.added(static_cast<uint64_t>(n));
  }
  return window_.bytes();
}

bool MetadataInput::is_unchanged() const {
  struct stat now = {};
  if (::fstat(fd_.get(), &now) != 0) base::throw_errno("stat", path_);
  return same(st_, now);
}

}  // namespace checkpointfs::storage
