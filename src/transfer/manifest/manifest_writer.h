// SPDX-License-Identifier: Apache-2.0
// Writes a manifest line by line.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "transfer/manifest/crc32c.h"
#include "transfer/manifest/manifest.h"

namespace checkpointfs::transfer {

// Not thread-safe.
class ManifestWriter {
 public:
  // `append`: takes the text in large parts, and throws if it cannot. The first line is written.
  ManifestWriter(std::function<void(std::string_view)> append, const ManifestHeader& header);

  // REQUIRES: no file was added by this name; the name is one that ManifestReader takes (is_manifest_name()).
  void add(const ManifestEntry& entry);

  // Writes the last line, and hands over all that is still kept. Without this call the manifest is not whole.
  // REQUIRES: called once, after the last add().
  void finish();

  uint64_t files() const { return files_; }
  uint64_t bytes() const { return bytes_; }

 private:
  void write(std::string line);
  void flush();

  std::function<void(std::string_view)> append_;
  std::string kept_;
  Crc32c sum_;
  uint64_t files_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace checkpointfs::transfer
