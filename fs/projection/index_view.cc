// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/index_view.h"

#include <array>
#include <cerrno>

#include <boost/json.hpp>

#include "base/errors.h"
#include "base/text/format.h"
#include "fs/projection/mirror.h"
#include "fs/status/control_status.h"
#include "index/read/store_uris.h"

namespace checkpointfs::fs {
namespace {

namespace json = boost::json;

constexpr std::array<const char*, IndexView::kFiles> kNames = {"path", "snapshots.jsonl", "files.jsonl",
                                                               "references.jsonl"};

std::string line_of(const json::object& object) {
  return json::serialize(object) + "\n";
}

// JSON is UTF-8, names are bytes.
std::string text(const std::string& bytes) {
  return base::printable(bytes);
}

class Lines : public TextSource {
 public:
  explicit Lines(index::ReaderPool& readers) : reader_(readers.borrow()) {}

 protected:
  index::ReaderPool::Lease reader_;
};

class SnapshotLines : public Lines {
 public:
  using Lines::Lines;
  void restart() override { last_ = 0; }
  std::string next() override {
    std::string lines;
    for (const index::Snapshot& s : reader_->dump().snapshots_after(last_)) {
      last_ = s.id;
      lines += line_of({{"id", s.id},
                        {"path", text(s.path)},
                        {"source", text(s.source.path)},
                        {"status", to_string(s.status)},
                        {"reason", text(s.reason)},
                        {"kind", text(s.kind)},
                        {"checkpoint_id", s.checkpoint_id},
                        {"format", s.version},
                        {"time", base::iso_time(s.metadata_mtime_ns)},
                        {"files", s.files},
                        {"bytes", s.bytes},
                        {"changelog", s.has_changelog}});
    }
    return lines;
  }

 private:
  int64_t last_ = 0;
};

class FileLines : public Lines {
 public:
  explicit FileLines(index::ReaderPool& readers) : Lines(readers), uris_(index::store_uris(*reader_)) {}
  void restart() override { last_ = 0; }
  std::string next() override {
    std::string lines;
    for (const index::IndexDump::FileRow& row : reader_->dump().files_after(last_)) {
      last_ = row.id;
      const index::FileLocation& file = row.location;
      lines += line_of({{"id", row.id},
                        {"name", text(row.name)},
                        {"uri", text(index::uri_in_store(uris_, file))},
                        {"root", text(file.root.path)},
                        {"path", text(file.path)},
                        {"start", file.start},
                        {"bytes", file.length},
                        {"file_bytes", file.file_size},
                        {"status", to_string(file.status)},
                        {"snapshots", file.references}});
    }
    return lines;
  }

 private:
  engines::StoreUris uris_;
  int64_t last_ = 0;
};

class ReferenceLines : public Lines {
 public:
  using Lines::Lines;
  void restart() override { last_ = {}; }
  std::string next() override {
    std::string lines;
    for (index::IndexDump::ReferenceRow& row :
         reader_->dump().references_after(last_.snapshot, last_.ordinal)) {
      lines += line_of({{"snapshot", row.snapshot}, {"file", row.file}, {"name", text(row.name)}});
      last_ = std::move(row);
    }
    return lines;
  }

 private:
  index::IndexDump::ReferenceRow last_;
};

}  // namespace

std::optional<Entry> IndexView::entry(ViewId id) {
  const auto reader = readers_.borrow();
  if (id == kDirectory) return directory_like_root(*reader, id, kControlIndexName);
  if (id.kind != ViewKind::kIndexFile || id.value == 0 || id.value > kNames.size()) return std::nullopt;
  return text_like_root(*reader, id, kNames[id.value - 1]);
}

std::optional<Entry> IndexView::lookup(ViewId, std::string_view name) {
  for (uint64_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) return entry({ViewKind::kIndexFile, i + 1});
  }
  return std::nullopt;
}

void IndexView::list(ViewId, uint64_t after, const TakeEntry& take) {
  for (uint64_t i = after; i < kNames.size(); ++i) {
    const auto file = entry({ViewKind::kIndexFile, i + 1});
    if (file && !take(*file, i + 1)) return;
  }
}

std::unique_ptr<OpenFile> IndexView::open(ViewId file) {
  if (file.kind != ViewKind::kIndexFile || file.value == 0 || file.value > kNames.size()) {
    throw base::SystemError(EISDIR, "open: a directory");
  }
  const char* const name = kNames[file.value - 1];
  switch (file.value) {
    case 1:
      return OpenFile::of_live_text(name, index_file_ + "\n");
    case 2:
      return OpenFile::of_stream(name, std::make_unique<SnapshotLines>(readers_));
    case 3:
      return OpenFile::of_stream(name, std::make_unique<FileLines>(readers_));
    default:
      return OpenFile::of_stream(name, std::make_unique<ReferenceLines>(readers_));
  }
}

}  // namespace checkpointfs::fs
