// SPDX-License-Identifier: Apache-2.0
// The file of an index that the user named none for.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::index {

// The end of the name of each default index.
inline constexpr std::string_view kIndexSuffix = ".index";

// $XDG_STATE_HOME/checkpointfs, else ~/.local/state/checkpointfs, for root /var/lib/checkpointfs. Throws
// Failure(kIndex) without a home directory.
std::string index_directory();

// In index_directory(); the name is made from the sources' real paths. Throws Failure(kSource) if a source
// does not exist or is not a directory. `identities`: what sources are known by that do not always lie in the
// same place, by source; `as_named`: see Options.
std::string default_index_file(const std::vector<std::string>& sources,
                               const std::map<std::string, std::string>& identities = {},
                               const std::set<std::string>& as_named = {});

}  // namespace checkpointfs::index
