// SPDX-License-Identifier: Apache-2.0
#include "transfer/checksums.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::transfer {
namespace {

constexpr uint64_t kBuffer =
    256 << 10;  // stays in the processor's cache between reading, summing and writing

}  // namespace

Summing::Summing(Checksums wanted) : wanted_(wanted) {
  if (wanted == Checksums::kCrc32cAndSha256) sha256_ = std::make_unique<Sha256>();
}

void Summing::update(std::string_view bytes) {
  if (is_wanted()) crc32c_.update(bytes);
  if (sha256_) sha256_->update(bytes);
}

FileSums Summing::sums() {
  FileSums sums;
  if (is_wanted()) sums.crc32c = crc32c_.value();
  if (sha256_) sums.sha256 = sha256_->sum();
  return sums;
}

void read_range(int file, uint64_t start, uint64_t length, std::string_view name,
                const std::function<void(std::string_view)>& take) {
  const uint64_t size = std::min(length, kBuffer);
  const auto buffer = std::make_unique_for_overwrite<char[]>(size);
  uint64_t done = 0;
  while (done < length) {
    const ssize_t n =
        ::pread(file, buffer.get(), std::min(size, length - done), static_cast<off_t>(start + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      throw base::Failure(base::FailureKind::kSource, base::format("read {}: {}", base::printable(name),
                                                                   std::generic_category().message(errno)));
    }
    if (n == 0) {
      throw base::Failure(base::FailureKind::kBroken, base::format("read {}: it ended {} bytes too early",
                                                                   base::printable(name), length - done));
    }
    take({buffer.get(), static_cast<size_t>(n)});
    done += static_cast<uint64_t>(n);
  }
}

void sum_range(int file, uint64_t start, uint64_t length, std::string_view name, Summing& summing,
               const OnBytes& on_bytes) {
  read_range(file, start, length, name, [&](std::string_view bytes) {
    summing.update(bytes);
    if (on_bytes) on_bytes(bytes.size());
  });
}

}  // namespace checkpointfs::transfer
