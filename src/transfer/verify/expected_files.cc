// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/expected_files.h"

#include <unistd.h>

#include <cerrno>

#include "base/errors.h"
#include "base/named_file.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::transfer {
namespace {

base::UniqueFd open_manifest(const std::string& path) {
  try {
    return base::open_named(path);
  } catch (const base::SystemError& error) {
    if (error.code() != ENOENT && error.code() != ENOTDIR) throw;
    throw base::PathFailure(base::FailureKind::kSource,
                            base::format("there is no manifest {}", base::printable(path)), path);
  }
}

}  // namespace

ExpectedFiles::ExpectedFiles(const std::string& path, MetadataFile metadata)
    : path_(path), metadata_(metadata), fd_(open_manifest(path)) {
  begin();
  while (const std::optional<ManifestEntry> entry = read()) {
    if (!names_.add(entry->name)) {
      damaged({0, base::format("line {}", reader_->line()),
               base::format("the file {} stands above it, too", base::printable(entry->name)), false});
    }
    if (metadata_ == MetadataFile::kLeftOut && entry->name == "_metadata") continue;
    ++files_;
    bytes_ += entry->size;
  }
  begin();
}

std::optional<ManifestEntry> ExpectedFiles::next() {
  std::optional<ManifestEntry> entry = read();
  if (entry && metadata_ == MetadataFile::kLeftOut && entry->name == "_metadata") entry = read();
  return entry;
}

void ExpectedFiles::begin() {
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) base::throw_errno("read", path_);
  reader_.emplace(bytes_of_file(fd_.get(), path_));
  const auto header = reader_->read_header();
  if (!header.has_value()) damaged(header.error());
  header_ = *header;
}

std::optional<ManifestEntry> ExpectedFiles::read() {
  auto entry = reader_->next();
  if (!entry.has_value()) damaged(entry.error());
  return std::move(*entry);
}

void ExpectedFiles::damaged(const base::InputError& error) const {
  throw base::Failure(base::FailureKind::kInput,
                      base::format("{}: {}: {}", base::printable(path_), error.field, error.reason));
}

}  // namespace checkpointfs::transfer
