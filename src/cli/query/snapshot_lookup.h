// SPDX-License-Identifier: Apache-2.0
// From what the user typed to a snapshot of the index, or to those who need a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/query/find_index.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

// The path that a `file:` URI names; `argument` itself if it is none.
std::string local_path(const std::string& argument);

// find_index() for a snapshot or a state file, that may be a URI: then of the known indexes one that has
// something of its storage. Throws Failure(kUsage).
FoundIndex find_index_of(const Invocation& invocation, const std::string& argument);

// `argument`: a snapshot's directory (or its `_metadata`) in a source or in a mount, its path in the
// projection, or its URI as Flink prints it. Throws Failure(kSource) if it may be any of several.
std::optional<index::Snapshot> find_snapshot(index::Reader& reader, const FoundIndex& found,
                                             const std::string& argument);
// The same. Throws Failure(kSource) if the index has no such snapshot.
index::Snapshot locate_snapshot(index::Reader& reader, const FoundIndex& found, const std::string& argument);

// `argument`: a file in a source or in a mount, a URI, or a bare file name. Empty if no snapshot needs it.
std::vector<index::Reference> locate_references(index::Reader& reader, const FoundIndex& found,
                                                const std::string& argument);

// Whether `argument` is a URI with a scheme, as against a path.
bool has_scheme(std::string_view argument);

}  // namespace checkpointfs::cli
