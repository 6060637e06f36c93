// SPDX-License-Identifier: Apache-2.0
#include "base/byte_window.h"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "base/errors.h"

namespace checkpointfs::base {
namespace {

constexpr uint64_t kStep = uint64_t{1} << 20;  // a multiple of every page size

}  // namespace

ByteWindow::ByteWindow(uint64_t most) : most_(most) {
  void* const start = ::mmap(nullptr, std::max<uint64_t>(most_, 1), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) throw_errno("reserve addresses for", "a long text");
  start_ = static_cast<char*>(start);
}

ByteWindow::~ByteWindow() {
  ::munmap(start_, std::max<uint64_t>(most_, 1));
}

void ByteWindow::append(std::string_view text) {
  assert(text.size() <= room());
  std::memcpy(end(), text.data(), text.size());
  added(text.size());
}

void ByteWindow::drop_before(uint64_t offset) {
  const uint64_t until = offset / kStep * kStep;
  if (until <= dropped_) return;
  // An error leaves the memory as it is.
  ::madvise(start_ + dropped_, until - dropped_, MADV_DONTNEED);
  dropped_ = until;
}

}  // namespace checkpointfs::base
