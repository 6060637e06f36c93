// SPDX-License-Identifier: Apache-2.0
// Names files of this host by the URIs of the store that is mounted there: a mapping, backwards.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/types.h"

namespace checkpointfs::engines {

class StoreUris {
 public:
  // Mappings of file: URIs do not count, because files of this host need none and such a mapping may lead to
  // the original of a copy. Mappings of several NameNodes ("hdfs://a:8020,b:8020") count only if the
  // directory has no other, because no program reads such a URI.
  explicit StoreUris(const std::vector<storage::Mapping>& mappings);

  // Notes a URI that metadata names, as it stands there. If two mappings have one directory, of() chooses the
  // one that more of the noted URIs have; spelled() takes the scheme from them ("s3a").
  void note(std::string_view uri);
  // Notes that metadata names files below the prefix of a mapping.
  void note_used(const std::string& uri_prefix);

  // Returns the URI of the file at `path` (absolute): the longest directory of a mapping that holds the file
  // decides. "file:PATH" if there is none.
  std::string of(std::string_view path) const;

  // Returns the canonical URI `uri` with the scheme that metadata has for this store.
  std::string spelled(const std::string& uri) const;

  // Returns the URI in the store of a file that lies at `path` on this host, and that metadata or the place
  // beside its metadata calls `uri` (canonical): of() for a file: URI, if a mapping holds the path.
  std::string named(const std::string& uri, std::string_view path) const;

 private:
  struct Candidate {
    std::string uri_prefix;
    std::string directory;
    bool inferred = false;
    bool has_one_host = true;
    uint64_t uses = 0;
  };
  std::vector<Candidate> candidates_;
  std::map<std::string, std::map<std::string, uint64_t>> schemes_;  // by canonical "s3://bucket": uses
};

}  // namespace checkpointfs::engines
