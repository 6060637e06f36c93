// SPDX-License-Identifier: Apache-2.0
#include "export/target_check.h"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "export/journal.h"
#include "export/parallel_work.h"
#include "flink/names.h"

namespace checkpointfs::exporting {
namespace {

constexpr size_t kFilesAtOnce = 1024;

void check_file(const Target& target, const Placement& placement, const FileRecord& file,
                const Options& options) {
  require_going_on(options);
  const bool is_metadata = file.name == flink::kMetadataFile;
  const std::string path = base::join(is_metadata ? placement.directory : placement.files, file.name);
  const auto differs = [&](std::string_view how) {
    throw base::Failure(base::FailureKind::kBroken,
                        base::format("{} {}; remove the directory {}, and export again",
                                     base::printable(target.path_of(path)), how,
                                     base::printable(target.path_of(placement.directory))));
  };
  struct stat st = {};
  const base::UniqueFd fd = base::try_open_regular_beneath(target.fd(), path.c_str(), &st);
  if (!fd) differs("cannot be opened");
  if (static_cast<uint64_t>(st.st_size) != file.size) differs("has another size than it was written with");
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
  transfer::Summing summing(transfer::Checksums::kCrc32c);
  transfer::sum_range(fd.get(), 0, file.size, target.path_of(path), summing,
                      [&](uint64_t) { require_going_on(options); });
  if (summing.sums().crc32c != file.sums.crc32c) differs("has other bytes than were written");
}

}  // namespace

void check_target(const Target& target, const Placement& placement, int journal, const Options& options,
                  base::ParallelCalls& calls) {
  std::vector<FileRecord> files;
  const auto check = [&] {
    const std::exception_ptr error =
        run_all(calls, files.size(), [&](size_t i) { check_file(target, placement, files[i], options); });
    if (error) std::rethrow_exception(error);
    files.clear();
  };
  JournalReader(journal).for_each([&](const FileRecord& file, uint64_t) {
    files.push_back(file);
    if (files.size() == kFilesAtOnce) check();
    return true;
  });
  check();
}

}  // namespace checkpointfs::exporting
