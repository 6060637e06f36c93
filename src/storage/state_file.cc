// SPDX-License-Identifier: Apache-2.0
#include "storage/state_file.h"

#include <cerrno>
#include <system_error>

#include "base/text/message.h"
#include "base/text/shell.h"
#include "storage/access.h"
#include "storage/beside.h"

namespace checkpointfs::storage {
namespace {

constexpr const char* kLinkOnPath = "a symbolic link is on its path";

StateFileFacts problem(FileStatus status, std::string reason) {
  StateFileFacts facts;
  facts.status = status;
  facts.reason = std::move(reason);
  return facts;
}

StateFileFacts problem_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return problem(FileStatus::kMissing, "there is no such file");
    case ENAMETOOLONG:  // no file system of this host can have it
      return problem(FileStatus::kMissing,
                     "there is no such file: its path, or a name in it, is longer than can be");
    case EXDEV:
      return problem(FileStatus::kOutside, "its path leaves the directory that files may be opened beneath");
    case ELOOP:
      return problem(FileStatus::kOutside, kLinkOnPath);
    default: {
      const bool denied = error == EACCES || error == EPERM;
      StateFileFacts facts =
          denied ? problem(FileStatus::kDenied,
                           "this user may not look at it; ask as the user that Flink runs as, or as root")
                 : problem(FileStatus::kUnreadable,
                           "it cannot be looked at: " + std::generic_category().message(error));
      facts.error = error;
      return facts;
    }
  }
}

}  // namespace

int64_t mtime_ns(const struct stat& st) {
  return int64_t{st.st_mtim.tv_sec} * 1'000'000'000 + st.st_mtim.tv_nsec;
}

namespace {

StateFileFacts facts_of(const struct stat& st) {
  if (S_ISLNK(st.st_mode)) return problem(FileStatus::kOutside, "it is a symbolic link");
  if (!S_ISREG(st.st_mode)) return problem(FileStatus::kNotRegular, "it is not a regular file");
  StateFileFacts facts;
  facts.status = FileStatus::kOk;
  facts.device = st.st_dev;
  facts.inode = st.st_ino;
  facts.size = static_cast<int64_t>(st.st_size);
  facts.mtime_ns = mtime_ns(st);
  facts.ctime_ns = ctime_ns(st);
  facts.mode = st.st_mode;
  facts.uid = st.st_uid;
  facts.gid = st.st_gid;
  return facts;
}

}  // namespace

StateFileFacts look_at(int root, const std::string& path) {
  struct stat st = {};
  const int error = look_beneath(root, path.c_str(), &st);
  if (error == 0) return facts_of(st);
  StateFileFacts facts = problem_of(error);
  const auto link = error == ELOOP ? link_on_path(root, path) : std::nullopt;
  if (link) facts.reason = base::format("{}: {} leads to {}", kLinkOnPath, link->path, link->target);
  return facts;
}

StateFileFacts look_at_name(int directory, const std::string& name) {
  struct stat st = {};
  const int error = look_in(directory, name.c_str(), &st);
  return error == 0 ? facts_of(st) : problem_of(error);
}

int64_t ctime_ns(const struct stat& st) {
  return int64_t{st.st_ctim.tv_sec} * 1'000'000'000 + st.st_ctim.tv_nsec;
}

bool is_another(const StateFileFacts& then, const StateFileFacts& now) {
  if (now.status != FileStatus::kOk) return false;
  if (then.status != FileStatus::kOk) return true;
  return now.size < then.size || (now.size == then.size && now.mtime_ns != then.mtime_ns);
}

FileStatus projected_status(FileStatus state_file, int64_t size, bool segment, int64_t start,
                            int64_t length) {
  if (state_file != FileStatus::kOk) return state_file;
  const bool right =
      segment ? start >= 0 && length >= 0 && start <= size && length <= size - start : length == size;
  return right ? FileStatus::kOk : FileStatus::kWrongSize;
}

std::string short_file_advice(std::string_view uri) {
  const bool is_hdfs = uri.starts_with("hdfs:") || uri.starts_with("viewfs:") || uri.starts_with("webhdfs:");
  if (!is_hdfs) return {};
  return base::format(
      "shorter than recorded: HDFS may have it open for writing; if its job is dead: hdfs debug recoverLease -path {} -retries 5",
      base::shell_quoted(uri));
}

std::string wrong_size_reason(int64_t size, bool segment, int64_t start, int64_t length) {
  if (!segment) return base::format("the metadata records {} bytes, the file has {}", length, size);
  return base::format("the metadata records {} bytes from byte {} on, the file has {}", length, start, size);
}

}  // namespace checkpointfs::storage
