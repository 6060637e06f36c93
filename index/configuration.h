// SPDX-License-Identifier: Apache-2.0
// What the user said about sources and mappings, checked and made canonical.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "index/index.h"
#include "index/sqlite.h"

namespace checkpointfs::index {

struct Source {
  std::string path;  // real
  std::string name;  // given to it, else ""
};

struct Configuration {
  std::vector<Source> sources;      // in the order given
  std::vector<Mapping> given;       // directories real
  std::vector<Mapping> aliases;     // from the name of a source that the user gave to its real one
  std::vector<std::string> mapped;  // directories of mappings that lie in no source
};

// Throws Failure(kSource, kUsage).
Configuration make_configuration(const Options& options);

// What the index now says.
struct StoredConfiguration {
  std::vector<Root> roots;
  std::vector<Mapping> mappings;
};

// The directory of each source in the projection: as it is given, or was before (`kept`, by path), or else
// its base name, made unique. Throws Failure(kUsage): a name is given to one and kept for another.
void name_sources(const std::map<std::string, std::string>& kept, std::vector<Source>* sources);

// Brings the index in line with `configuration`; what snapshots must be read again because of it is marked
// so. Inferred mappings stay as long as they lie in a source and do not contradict the given ones. Row ids of
// roots never change.
StoredConfiguration store_configuration(Connection& db, const Configuration& configuration);

}  // namespace checkpointfs::index
