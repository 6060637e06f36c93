// SPDX-License-Identifier: Apache-2.0
// ProjectionReader: the nodes of the projection, as a mount asks for them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/database/types.h"

namespace checkpointfs::index {

class Connection;

// See Reader for threads, consistency and errors. `db` must outlive the reader.
class ProjectionReader {
 public:
  // Takes a node and the position after it (less than 2^63); returns false to stop.
  using TakeNode = std::function<bool(const Node&, uint64_t position)>;

  explicit ProjectionReader(Connection& db) : db_(db) {}

  std::optional<Node> node(NodeId id);
  std::optional<Node> lookup(int64_t directory, std::string_view name);
  // The directory that holds the directory `directory`; the root is its own parent.
  std::optional<int64_t> parent(int64_t directory);

  // Lists a directory from the position `after` (0: from the start): sub-directories in the order of their
  // rows (by name, if one scan found them all), then `_metadata`, then files in metadata order. A node that
  // exists all the time is listed exactly once, even if the index changes between two calls. Rows are
  // streamed, not collected.
  void list(int64_t directory, uint64_t after, const TakeNode& take);

  // The sub-directory that list() has behind this one, in the directory above; nothing if this is the last.
  std::optional<int64_t> directory_after(int64_t directory);

  std::optional<FileLocation> file(int64_t file_id);
  // Nothing if the file is not kOk.
  std::optional<FileOpening> opening(int64_t file_id);
  // The file of a snapshot that stands at `ordinal` in metadata order, with its projected name.
  std::optional<Node> file_at(int64_t directory, uint64_t ordinal);

  // The directory `shared` of a job holds each file once that a snapshot right below `directory` needs, named
  // by storage::shared_name(). list_shared() lists as list() does.
  bool has_shared(int64_t directory);
  std::optional<Node> shared_file(int64_t directory, std::string_view name);
  void list_shared(int64_t directory, uint64_t after, const TakeNode& take);
  // The names that a snapshot's files have in `shared`, in metadata order. Empty if two of them have the same
  // name.
  std::vector<std::string> shared_names(int64_t directory);

 private:
  Connection& db_;
};

}  // namespace checkpointfs::index
