// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/open_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "base/errors.h"
#include "base/text/message.h"
#include "storage/state_file.h"

namespace checkpointfs::fs {

std::string_view StateFileRange::read(uint64_t at, uint64_t size, std::vector<char>& buffer,
                                      const std::string& name) const {
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
  const std::string why = changed(name);
  if (!why.empty()) throw FileChanged(base::format("read {}: {}", name, why));
  if (done < size) throw FileChanged(base::format("read {}: it ended early", name));
  return {buffer.data(), size};
}

std::string StateFileRange::changed(const std::string& name) const {
  struct stat st = {};
  if (::fstat(fd.get(), &st) != 0) base::throw_errno("read", name);
  const auto now = static_cast<uint64_t>(st.st_size);
  if (now < file_size) return base::format("it shrank to {} bytes while open", now);
  if (now > file_size && !is_whole()) return {};
  if (now > file_size) return base::format("it grew to {} bytes while open", now);
  if (storage::mtime_ns(st) != file_mtime_ns) return "it was written to while open";
  return {};
}

std::unique_ptr<OpenFile> OpenFile::of_state_file(std::string name, StateFileRange range) {
  return std::unique_ptr<OpenFile>(new OpenFile(std::move(name), std::move(range)));
}

std::unique_ptr<OpenFile> OpenFile::of_text(std::string name, Text text) {
  return std::unique_ptr<OpenFile>(new OpenFile(std::move(name), std::move(text)));
}

std::unique_ptr<OpenFile> OpenFile::of_live_text(std::string name, std::string text) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  LiveText live{std::make_shared<const std::string>(std::move(text)),
                std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()};
  return std::unique_ptr<OpenFile>(new OpenFile(std::move(name), std::move(live)));
}

std::unique_ptr<OpenFile> OpenFile::of_stream(std::string name, std::unique_ptr<TextSource> source,
                                              StoreLimiter::Store* store) {
  return std::unique_ptr<OpenFile>(
      new OpenFile(std::move(name), Stream{std::make_unique<StreamedText>(std::move(source)), store}));
}

StreamedText* OpenFile::stream() const {
  const auto* const stream = std::get_if<Stream>(&bytes_);
  return stream != nullptr ? stream->text.get() : nullptr;
}

OpenFile::Text OpenFile::text() const {
  if (const auto* const live = std::get_if<LiveText>(&bytes_)) return live->text;
  const auto* const text = std::get_if<Text>(&bytes_);
  return text != nullptr ? *text : nullptr;
}

std::optional<int64_t> OpenFile::made_at_ns() const {
  const auto* const live = std::get_if<LiveText>(&bytes_);
  return live != nullptr ? std::optional(live->made_at_ns) : std::nullopt;
}

StoreLimiter::Store* OpenFile::store() const {
  const auto* const stream = std::get_if<Stream>(&bytes_);
  return stream != nullptr ? stream->store : store_to_close();
}

StoreLimiter::Store* OpenFile::store_to_close() const {
  return state_file() != nullptr ? state_file()->store : nullptr;
}

uint64_t OpenFile::length() const {
  return state_file() != nullptr ? state_file()->length : text()->size();
}

std::string_view OpenFile::read(uint64_t at, uint64_t size, std::vector<char>& buffer) const {
  if (state_file() != nullptr) return state_file()->read(at, size, buffer, name_);
  const std::string_view bytes = *text();
  return bytes.substr(std::min<uint64_t>(at, bytes.size()), size);
}

std::string OpenFile::changed() const {
  return state_file() != nullptr ? state_file()->changed(name_) : "";
}

OpenFile* OpenFiles::add(std::unique_ptr<OpenFile> file) {
  OpenFile* const key = file.get();
  const std::lock_guard lock(mutex_);
  const bool is_state_file = file->state_file() != nullptr;
  if (is_state_file && state_files_ >= most_) {
    throw base::SystemError(
        EMFILE,
        base::format(
            "open {}: {} files of the mount are open, as many as its limit of descriptors allows (ulimit -Hn, LimitNOFILE=)",
            file->name(), most_));
  }
  if (is_state_file) ++state_files_;
  files_.emplace(key, std::move(file));
  return key;
}

}  // namespace checkpointfs::fs
