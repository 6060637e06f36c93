// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/directory_check.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/threads/parallel_calls.h"
#include "base/threads/task_pool.h"
#include "transfer/manifest/crc32c.h"
#include "transfer/manifest/sha256.h"

namespace checkpointfs::transfer {
namespace {

constexpr size_t kBuffer = 1 << 18;
constexpr size_t kFilesAhead = 1024;  // small files beside a large one, and little memory

struct FileCheck {
  std::optional<CopyFinding> finding;
  bool content = false;
  uint64_t bytes_read = 0;
};

FileCheck found(const ManifestEntry& entry, CopyProblem problem, std::string reason) {
  return {CopyFinding{entry.name, problem, std::move(reason)}};
}

FileCheck cannot_open(const ManifestEntry& entry, int error) {
  switch (error) {
    case ENOENT:
      return found(entry, CopyProblem::kMissing, "there is no such file");
    case EINVAL:
      return found(entry, CopyProblem::kNotAFile, "it is a directory or a special file");
    case ELOOP:
      return found(entry, CopyProblem::kNotAFile, "it is a symbolic link");
    default:
      return found(entry, CopyProblem::kUnreadable,
                   base::format("it cannot be opened: {}", std::generic_category().message(error)));
  }
}

FileCheck compare_content(int fd, const ManifestEntry& entry) {
  FileCheck check;
  Crc32c crc32c;
  Sha256 sha256;
  std::vector<char> buffer(kBuffer);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      FileCheck failed = found(entry, CopyProblem::kUnreadable,
                               base::format("it cannot be read at byte {}: {}", check.bytes_read,
                                            std::generic_category().message(errno)));
      failed.bytes_read = check.bytes_read;
      return failed;
    }
    if (n == 0) break;
    const std::string_view bytes(buffer.data(), static_cast<size_t>(n));
    crc32c.update(bytes);
    if (entry.sha256) sha256.update(bytes);
    check.bytes_read += bytes.size();
    if (check.bytes_read > entry.size) break;  // it grows
  }
  if (check.bytes_read != entry.size) {
    check.finding = size_finding(entry.name, entry.size, check.bytes_read);
  } else if (entry.crc32c && crc32c.value() != *entry.crc32c) {
    check.finding = {entry.name, CopyProblem::kDifferent,
                     base::format("its CRC32C is {}, but {} in the manifest", crc32c_text(crc32c.value()),
                                  crc32c_text(*entry.crc32c))};
  } else if (entry.sha256 && sha256.sum() != *entry.sha256) {
    check.finding = {entry.name, CopyProblem::kDifferent, "its SHA-256 is not the one in the manifest"};
  } else {
    check.content = true;
  }
  return check;
}

FileCheck check_file(int directory, const ManifestEntry& entry, Content content) {
  const bool read = content == Content::kRead && (entry.crc32c || entry.sha256);
  struct stat st = {};
  base::UniqueFd fd;
  int error = 0;
  if (read) {
    fd = base::try_open_regular_beneath(directory, entry.name.c_str(), &st);
    if (!fd) error = errno;
  } else {
    error = base::stat_beneath(directory, entry.name.c_str(), &st);
    if (error == 0 && S_ISLNK(st.st_mode)) error = ELOOP;
    if (error == 0 && !S_ISREG(st.st_mode)) error = EINVAL;
  }
  if (error != 0) return cannot_open(entry, error);
  const auto size = static_cast<uint64_t>(st.st_size);
  if (size != entry.size) return {size_finding(entry.name, entry.size, size)};
  return read ? compare_content(fd.get(), entry) : FileCheck{};
}

base::UniqueFd open_copy(const std::string& directory) {
  struct stat st = {};
  if (::stat(directory.c_str(), &st) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) base::throw_errno("look at", directory);
    throw base::PathFailure(base::FailureKind::kSource,
                            base::format("there is no directory {}", base::printable(directory)), directory);
  }
  if (!S_ISDIR(st.st_mode)) {
    throw base::Failure(
        base::FailureKind::kBroken,
        base::format(
            "{} is no directory. DistCp makes a file of that name from a list of one file, if the directory was not made before",
            base::printable(directory)));
  }
  return base::open_directory(directory);
}

void add_to(CopyVerdict& verdict, const FileCheck& check, const CopyFindings& findings) {
  verdict.bytes_read += check.bytes_read;
  if (check.finding) {
    ++verdict.problems;
    findings.problem(*check.finding);
  } else {
    ++verdict.sizes;
    if (check.content) ++verdict.contents;
  }
}

void find_additional(int directory, const std::string& path, const ExpectedFiles& expected,
                     CopyVerdict& verdict, const CopyFindings& findings) {
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  const int fd = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, Close> stream(fd < 0 ? nullptr : ::fdopendir(fd));
  if (!stream) base::throw_errno("list", path);
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) base::throw_errno("list", path);
    if (entry == nullptr) return;
    const std::string name = entry->d_name;
    if (name == "." || name == ".." || expected.contains(name)) continue;
    ++verdict.additional;
    findings.additional(name);
  }
}

}  // namespace

CopyVerdict check_directory(ExpectedFiles& expected, const std::string& directory, Content content,
                            const CopyFindings& findings) {
  const base::UniqueFd copy = open_copy(directory);
  CopyVerdict verdict;
  verdict.target = directory;
  verdict.files = expected.files();
  verdict.bytes = expected.bytes();
  std::deque<std::future<FileCheck>> running;
  base::TaskPool threads(base::kStoreCallsAtOnce);  // destroyed first: tasks use `copy`
  uint64_t done = 0;
  for (bool more = true; more || !running.empty();) {
    if (more && running.size() < kFilesAhead) {
      std::optional<ManifestEntry> entry = expected.next();
      more = entry.has_value();
      if (more) {
        running.push_back(threads.start([fd = copy.get(), content, entry = std::move(*entry)] {
          return check_file(fd, entry, content);
        }));
      }
      continue;
    }
    add_to(verdict, running.front().get(), findings);
    running.pop_front();
    findings.progress(++done, verdict.files);
  }
  find_additional(copy.get(), directory, expected, verdict, findings);
  return verdict;
}

}  // namespace checkpointfs::transfer
