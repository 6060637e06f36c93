// SPDX-License-Identifier: Apache-2.0
// Rewrites `_metadata` so that it refers to files by new names: a splice at the positions of decode().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "flink/metadata.h"

namespace checkpointfs::flink {

enum class FormKind : uint8_t {
  kOriginal,  // nothing changes: the result is the input, byte for byte
  kOwned,   // RELATIVE handles, and each incremental handle's shared map moved into its private map, so that
            // Flink re-uses no file in place: right in every claim mode (FLINK-39964)
  kShared,  // RELATIVE handles, shared maps kept: right with NO_CLAIM only
  kAbsolute,  // FILE handles at <prefix>/<name>, shared maps kept
};

struct Form {
  FormKind kind = FormKind::kOwned;
  // The directory of the files, UTF-8, no '/' at the end. kAbsolute: its URI. kOwned, kShared: relative to
  // that of the rewritten metadata ("../shared"), or empty: the same one.
  std::string prefix;
};

// Why `name` (UTF-8) cannot be the name of a file in a rewritten snapshot, or "". It must be one path
// component that Flink's Path leaves as it is, of at most 255 bytes, and not that of the metadata itself.
std::string_view name_problem(std::string_view name);

// The bytes of the rewritten metadata, or of the part of it. `names[i]` is the new name (UTF-8, one path
// component) of the file or segment that `metadata.files[i]` refers to. Every FILE, RELATIVE and SEGMENT
// handle is rewritten; a segment becomes a whole file of its size; operator handles of file merging (tag 17)
// become plain ones (tag 4), or absent if they are empty. All else is copied verbatim, the recorded sizes
// too. The version stays: version 2 with RELATIVE handles is readable by Flink 1.11 and later only; for
// Flink 1.3 to 1.10 it takes the form kAbsolute.
//
// Fails (InputError at the handle) on a name that no Flink can resolve, and on what cannot be expressed: an
// empty segment that is not an empty operator state.
//
// REQUIRES: `metadata` was decoded from `bytes`; names.size() == metadata.files.size().
base::Result<std::string> rewrite(std::string_view bytes, const Metadata& metadata, const Form& form,
                                  const std::vector<std::string>& names);

// Length in bytes of a rewrite with a prefix, given that of a rewrite in the form kOwned with the same names
// and none.
uint64_t prefixed_size(uint64_t owned_size, uint64_t file_handles, std::string_view prefix);

}  // namespace checkpointfs::flink
