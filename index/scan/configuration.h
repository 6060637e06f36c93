// SPDX-License-Identifier: Apache-2.0
// Sources and mappings as the user gave them, checked and made canonical.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "storage/types.h"

namespace checkpointfs::index {

// The user's options.
struct Options {
  std::vector<std::string> sources;        // as given; made absolute and free of links here
  std::vector<storage::Mapping> mappings;  // given ones
  std::string index_file;                  // empty: default_index_file()
  // Names of the sources, as given, that have one of their own. The index keeps them.
  std::map<std::string, std::string> names = {};
  // Sources, and directories of mappings, that are not to be looked at: they are absolute and free of links.
  std::set<std::string> as_named = {};
};

// "NAME=DIR" or "DIR" of --source, added to `options`. Throws Failure(kUsage): no name that a directory could
// have, or one that a source has already.
void add_source(const std::string& argument, Options* options);

// The real paths of `sources`; `as_named`: see Options. Throws Failure(kSource): one is no directory, or lies
// in another.
std::vector<std::string> real_sources(const std::vector<std::string>& sources,
                                      const std::set<std::string>& as_named = {});

struct Source {
  std::string path;  // real
  std::string name;  // given to it, else ""
};

struct Configuration {
  std::vector<Source> sources;            // in the order given
  std::vector<storage::Mapping> given;    // directories real
  std::vector<storage::Mapping> aliases;  // from the name of a source that the user gave to its real one
  std::vector<std::string> mapped;        // directories of mappings that lie in no source
};

// Throws Failure(kSource, kUsage).
Configuration make_configuration(const Options& options);

// The directory of each source in the projection: as it is given, or was before (`kept`, by path), or else
// its base name, made unique. Throws Failure(kUsage): a name is given to one and kept for another.
void name_sources(const std::map<std::string, std::string>& kept, std::vector<Source>* sources);

}  // namespace checkpointfs::index
