// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/open_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/errors.h"
#include "base/text/message.h"
#include "storage/state_file.h"

namespace checkpointfs::fs {

std::string_view OpenFile::read(uint64_t at, uint64_t size, std::vector<char>& buffer) const {
  if (text) return std::string_view(*text).substr(std::min<uint64_t>(at, text->size()), size);
  if (buffer.size() < size) buffer.resize(size);
  uint64_t done = 0;
  while (done < size) {
    const ssize_t n =
        ::pread(fd.get(), buffer.data() + done, size - done, static_cast<off_t>(start + at + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read", name);
    if (n == 0) break;
    done += static_cast<uint64_t>(n);
  }
  const std::string why = changed();
  if (!why.empty()) throw FileChanged(base::format("read {}: {}", name, why));
  if (done < size) throw FileChanged(base::format("read {}: it ended early", name));
  return {buffer.data(), size};
}

std::string OpenFile::changed() const {
  struct stat st = {};
  if (!fd) return {};
  if (::fstat(fd.get(), &st) != 0) base::throw_errno("read", name);
  const auto now = static_cast<uint64_t>(st.st_size);
  if (now < file_size) return base::format("it shrank to {} bytes while open", now);
  const bool is_whole = start == 0 && length == file_size;
  if (now > file_size && !is_whole) return {};
  if (now > file_size) return base::format("it grew to {} bytes while open", now);
  if (storage::mtime_ns(st) != file_mtime_ns) return "it was written to while open";
  return {};
}

OpenFile* OpenFiles::add(std::unique_ptr<OpenFile> file) {
  OpenFile* const key = file.get();
  const std::lock_guard lock(mutex_);
  if (file->fd && state_files_ >= most_) {
    throw base::SystemError(
        EMFILE,
        base::format(
            "open {}: {} files of the mount are open, as many as its limit of descriptors allows (ulimit -Hn, LimitNOFILE=)",
            file->name, most_));
  }
  if (file->fd) ++state_files_;
  files_.emplace(key, std::move(file));
  return key;
}

void StreamedText::restart() {
  source_->restart();
  start_ = 0;
  kept_.clear();
}

std::string StreamedText::read(uint64_t offset, size_t size) {
  const std::lock_guard lock(mutex_);
  if (offset < start_) restart();
  while (start_ + kept_.size() < offset + size) {
    const uint64_t wanted = offset < kKeptBehind ? 0 : offset - kKeptBehind;
    if (wanted > start_ && kept_.size() > 2 * kKeptBehind) {
      const uint64_t passed = std::min<uint64_t>(wanted - start_, kept_.size());
      kept_.erase(0, passed);
      start_ += passed;
    }
    const std::string piece = source_->next();
    if (piece.empty()) break;
    kept_ += piece;
  }
  if (offset >= start_ + kept_.size()) return {};
  return kept_.substr(offset - start_, size);
}

uint64_t StreamedText::size() {
  const std::lock_guard lock(mutex_);
  restart();
  uint64_t bytes = 0;
  for (std::string piece = source_->next(); !piece.empty(); piece = source_->next()) bytes += piece.size();
  restart();
  return bytes;
}

}  // namespace checkpointfs::fs
