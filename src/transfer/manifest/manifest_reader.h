// SPDX-License-Identifier: Apache-2.0
// Reads a manifest line by line, and finds every damage.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/input_error.h"
#include "transfer/manifest/crc32c.h"
#include "transfer/manifest/line_reader.h"
#include "transfer/manifest/manifest.h"

namespace checkpointfs::transfer {

// Returns true if the name can be that of a file in a directory: one component of at most 255 bytes.
bool is_manifest_name(std::string_view name);

// Errors name the line: base::InputError::field is "line N". After an error there is nothing more to read.
// Names that occur twice are not noticed. Not thread-safe.
class ManifestReader {
 public:
  explicit ManifestReader(ByteSource source) : lines_(std::move(source)) {}

  // REQUIRES: called once, before next().
  base::Result<ManifestHeader> read_header();

  // The next file; nothing after the last one, once the last line was compared with all that was read.
  base::Result<std::optional<ManifestEntry>> next();

  // The files and bytes that were read so far.
  uint64_t files() const { return files_; }
  uint64_t bytes() const { return bytes_; }
  // The line of the file that next() returned, for messages.
  uint64_t line() const { return lines_.line(); }

 private:
  base::Result<std::optional<ManifestEntry>> read_end(std::string_view line);

  LineReader lines_;
  Crc32c sum_;
  uint64_t files_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace checkpointfs::transfer
