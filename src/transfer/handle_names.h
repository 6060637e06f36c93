// SPDX-License-Identifier: Apache-2.0
// The names in the projection of the files that handles name, looked up in the index: the files of a snapshot
// are there in the order of its metadata, each once. In memory are eight to sixteen bytes a file.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ordinal_set.h"
#include "flink/metadata.h"
#include "index/read/reader.h"
#include "storage/resolver.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::transfer {

// A file as the index has it.
struct NamedFile {
  std::string name;  // projected
  index::FileLocation location;
};

// Another name for a file. `path`: as a handle names it, modified UTF-8.
using NameOf = std::function<std::string(const NamedFile& file, std::string_view path)>;

// Not thread-safe.
class HandleNames {
 public:
  // `reader`, `snapshot`: outlive this. REQUIRES: the snapshot is sound, so that handles of one file agree
  // about its size.
  HandleNames(index::Reader& reader, const index::Snapshot& snapshot, NameOf name_of);

  // The names for `part.files`. REQUIRES: the parts come in their order. Throws SystemError(EIO) if the index
  // has other files than the metadata, IndexError.
  std::vector<std::string> of(const flink::Metadata& part);
  // Throws SystemError(EIO) if the index has files that no handle named.
  void require_all();

 private:
  const NamedFile& file_of(const flink::FileHandle& handle);
  bool is_file_of(const NamedFile& file, const flink::FileHandle& handle,
                  const storage::FilePlace& place) const;
  // The file that no handle has named yet.
  const NamedFile& next();
  const NamedFile& at(uint32_t number);
  [[noreturn]] void differ() const;

  index::Reader& reader_;
  const index::Snapshot& snapshot_;
  const NameOf name_of_;
  const storage::Resolver resolver_;
  const storage::Location directory_;
  std::deque<NamedFile> page_;  // read ahead
  int64_t page_end_ = 0;        // the number of the file behind the page
  uint32_t named_ = 0;          // files that handles have named
  base::OrdinalSet known_;      // the numbers of these, by place
  NamedFile current_;
};

}  // namespace checkpointfs::transfer
