// SPDX-License-Identifier: Apache-2.0
// The files that a copy must have, from its manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "transfer/manifest/manifest.h"
#include "transfer/manifest/manifest_reader.h"
#include "transfer/verify/name_set.h"

namespace checkpointfs::transfer {

enum class MetadataFile : uint8_t { kExpected, kLeftOut };

class ExpectedFiles {
 public:
  // Reads all of the manifest, so that no work begins with a damaged one. `metadata`: copies get their
  // `_metadata` last, and can be checked before. Throws Failure(kInput), which names file, line and reason;
  // Failure(kSource) if there is no such file, SystemError.
  ExpectedFiles(const std::string& path, MetadataFile metadata);

  // The next file, once all were counted. Throws as the constructor.
  std::optional<ManifestEntry> next();

  const ManifestHeader& header() const { return header_; }
  uint64_t files() const { return files_; }
  uint64_t bytes() const { return bytes_; }
  // True for a name in the manifest, that of a file that is left out included.
  bool contains(std::string_view name) const { return names_.contains(name); }

 private:
  void begin();
  std::optional<ManifestEntry> read();
  [[noreturn]] void damaged(const base::InputError& error) const;

  std::string path_;
  MetadataFile metadata_;
  base::UniqueFd fd_;
  std::optional<ManifestReader> reader_;
  ManifestHeader header_;
  NameSet names_;
  uint64_t files_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace checkpointfs::transfer
