// SPDX-License-Identifier: Apache-2.0
// Reading the index: the questions that the mount and the commands ask.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/database/types.h"
#include "storage/types.h"

namespace checkpointfs::index {

class Connection;
class ReadTransaction;

// One read-only connection. Not thread-safe: one per thread, or behind ReaderPool. Every call is one
// consistent read, those that a callback makes are part of it. Throws base::Failure(kIndex) if the file is
// not an index of this version, IndexError on SQLite's errors.
class Reader {
 public:
  // `hold`: all calls see the index as it is now, which spares each of them SQLite's look whether it has
  // changed.
  explicit Reader(const std::string& index_file, bool hold = false);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::vector<storage::Root> roots();
  std::vector<storage::Mapping> mappings();
  Totals totals();
  // One row, kept up to date by the scan.
  SizeDistribution size_distribution();
  // Reads all files, but no reference.
  FileSums file_sums();

  // How many scans have changed something. While it stays the same and nobody holds the IndexLock, so does
  // the index.
  int64_t scan();
  // Snapshots that were changed by a later scan than that.
  std::vector<Snapshot> changed_since(int64_t scan);
  // All directories of the projection, by id.
  struct DirectoryRow {
    int64_t id = 0;
    int64_t parent = 0;  // 0: the root
    std::string name;
    Attributes attributes;
    int64_t changed = 0;  // a snapshot: the scan that last changed it; 0: none
  };
  void directories(const std::function<void(DirectoryRow)>& take);
  // Ids of the files of a snapshot.
  std::vector<int64_t> file_ids(int64_t directory);

  // The root of the projection.
  static NodeId root_node() { return {NodeKind::kDirectory, 1}; }

  std::optional<Node> node(NodeId id);
  std::optional<Node> lookup(int64_t directory, std::string_view name);
  // The directory that holds the directory `directory`; the root is its own parent.
  std::optional<int64_t> parent(int64_t directory);

  // Lists a directory from the position `after` (0: from the start): sub-directories as their rows were made
  // (by name, if one scan found them all), then `_metadata`, then files in metadata order. What is there all
  // the time is listed exactly once, even if the index changes between two calls. `take` gets each node with
  // the position after it (less than 2^63) and returns false to stop. Rows are streamed, not collected.
  void list(int64_t directory, uint64_t after,
            const std::function<bool(const Node&, uint64_t position)>& take);

  std::optional<FileLocation> file(int64_t file_id);
  // Nothing if the file is not kOk.
  std::optional<FileOpening> opening(int64_t file_id);
  // Snapshots that refer to the file: rows of their directories, ascending, 64 of them at most.
  std::vector<int64_t> snapshots_of(int64_t file_id);
  // The file of a snapshot that stands at `ordinal` in metadata order, with its projected name.
  std::optional<Node> file_at(int64_t directory, uint64_t ordinal);

  // The directory `shared` of a job, which holds each file once that a snapshot right below `directory`
  // needs, named by shared_name(). Listed as by list().
  bool has_shared(int64_t directory);
  std::optional<Node> shared_file(int64_t directory, std::string_view name);
  void list_shared(int64_t directory, uint64_t after,
                   const std::function<bool(const Node&, uint64_t position)>& take);
  // The names that a snapshot's files have there, in metadata order. Empty if two of them have the same name.
  std::vector<std::string> shared_names(int64_t directory);

  std::optional<Snapshot> snapshot(int64_t directory);
  // `path` as in the projection ("job/chk-42").
  std::optional<Snapshot> snapshot_by_path(std::string_view path);
  // All snapshots by path, of several sources one after the other.
  void snapshots(const std::function<void(const Snapshot&)>& take);
  // Sum of the sizes of the files that no other snapshot refers to.
  uint64_t exclusive_bytes(int64_t directory);

  // A page of what is in the index, after the row `after` (0: from the start), in the order of the rows.
  // Empty at the end.
  std::vector<Snapshot> snapshots_after(int64_t after);
  struct FileRow {
    int64_t id = 0;
    std::string name;
    FileLocation location;
  };
  std::vector<FileRow> files_after(int64_t after);
  struct ReferenceRow {
    int64_t snapshot = 0;  // row of its directory
    int64_t ordinal = 0;
    int64_t file = 0;  // row
    std::string name;
  };
  std::vector<ReferenceRow> references_after(int64_t snapshot, int64_t ordinal);

  // A snapshot's files in metadata order, with their projected names.
  void files_of(int64_t directory,
                const std::function<void(const std::string& name, const FileLocation&)>& take);

  // Who needs a state file: every snapshot that refers to it or to a segment of it, by path; `name` is the
  // projected name there.
  struct Reference {
    Snapshot snapshot;
    std::string name;
    FileLocation file;
  };
  struct OperatorUse {
    std::string id;  // 32 hexadecimal digits
    std::string name;
    std::string uid;  // both "" before Flink 2.0
    int64_t parallelism = 0;
    uint64_t bytes = 0;  // of its files, each once, and of its state inside the metadata
  };
  // In metadata order.
  std::vector<OperatorUse> operators(int64_t directory);

  // A file of the projection, and which snapshots refer to it.
  struct FileUse {
    int64_t file_id = 0;
    uint64_t length = 0;  // as projected, bytes
    int64_t root_id = 0;  // 0: not resolved
    std::string path;     // of the state file beneath the root
    std::string uri;
    std::vector<int64_t> snapshots;  // ids, ascending, each once; never empty
  };
  // Every file that a snapshot refers to. Rows are streamed, not collected.
  void uses(const std::function<void(const FileUse&)>& take);

  // How many bytes of files that snapshots need segments of, and not all, are in no such segment. Reads all
  // files.
  uint64_t wasted_bytes();

  // Every state file that is ok, as it was when indexed, by place.
  struct IndexedFile {
    int64_t id = 0;
    int64_t root_id = 0;
    std::string path;
    uint64_t size = 0;
    int64_t mtime_ns = 0;
  };
  void state_files(const std::function<void(IndexedFile)>& take);
  std::vector<Reference> references_to(int64_t state_file_id);

  // By location beneath a root; or by anything a user may type: a URI, or a bare file name (then several
  // state files may match).
  std::vector<Reference> references_to(const std::string& root_path, const std::string& path);
  std::vector<Reference> references_by_uri(std::string_view uri);
  std::vector<Reference> references_by_name(std::string_view file_name);

  // Every state file that a snapshot names, whatever its status: what tells it from others, wherever it lies.
  struct FileIdentity {
    int64_t id = 0;
    std::string uri;      // canonical
    uint64_t device = 0;  // with `inode`, 0 where the file is not there
    uint64_t inode = 0;
    int64_t root_id = 0;  // 0: not resolved
    std::string path;     // beneath the root
  };
  void identities(const std::function<void(const FileIdentity&)>& take);
  // Whether a snapshot names a file at the URI `prefix` or below. REQUIRES: canonical.
  bool names_below(std::string_view prefix);

 private:
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<ReadTransaction> held_;
};

// Readers for many threads, which all see the index as it was when the pool was made.
class ReaderPool {
 private:
  struct State;

 public:
  // Opens `readers` at once; should more be needed at the same time, they see what the index is by then.
  // REQUIRES: nobody changes the index meanwhile.
  ReaderPool(std::string index_file, size_t readers);
  ~ReaderPool();

  // May outlive the pool.
  class Lease {
   public:
    Lease(std::shared_ptr<State> pool, std::unique_ptr<Reader> reader);
    Lease(Lease&&) noexcept = default;
    ~Lease();
    Reader* operator->() const { return reader_.get(); }
    Reader& operator*() const { return *reader_; }

   private:
    std::shared_ptr<State> pool_;
    std::unique_ptr<Reader> reader_;
  };
  Lease borrow();

 private:
  std::shared_ptr<State> state_;
};

}  // namespace checkpointfs::index
