// SPDX-License-Identifier: Apache-2.0
#include "index/read/verify.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <unordered_map>
#include <unordered_set>

#include "base/beneath.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/threads/parallel_calls.h"
#include "flink/decode.h"
#include "flink/names.h"
#include "index/read/newest.h"
#include "index/read/store_uris.h"
#include "storage/metadata_file.h"
#include "storage/resolver.h"
#include "storage/root_directories.h"
#include "storage/snapshot_files.h"
#include "storage/state_file.h"

namespace checkpointfs::index {
namespace {

constexpr size_t kLooksAtOnce = 16;
constexpr size_t kReadsAtOnce = 4;
constexpr size_t kBatch = 4096;
constexpr size_t kChunk = 1 << 20;
constexpr size_t kMagic = 8;
constexpr std::string_view kTableSuffix = ".sst";  // of the local names that handles record
constexpr const char* kNoTable = "no table";

// The last bytes of a table, as in rocksdb/table/block_based/block_based_table_builder.cc and
// plain_table_builder.cc.
constexpr std::array<uint64_t, 4> kTableMagics = {0x88e241b785f4cff7, 0xdb4775248b80fb57, 0x8242229663bf9564,
                                                  0x4f3418eb7a8f13b8};

struct Finding {
  std::string kind;  // "" if nothing is wrong
  std::string reason;
};

std::string kind_of(storage::FileStatus status) {
  return std::string(to_string(status));
}

Finding unreadable(std::string_view what, int error) {
  return {kind_of(storage::FileStatus::kUnreadable),
          base::format("{}: {}", what, std::generic_category().message(error))};
}

// A file that is not here is known by its URI alone.
std::string reason_with_uri(const engines::StoreUris& uris, const FileLocation& file) {
  const bool elsewhere =
      file.status == storage::FileStatus::kUnmapped || file.status == storage::FileStatus::kOutside;
  return elsewhere ? base::format("{}: {}", file.uri, file.reason) : reason_in_store(uris, file);
}

// Reads all of `fd`.
Finding read_to_end(int fd, uint64_t size, std::atomic<uint64_t>* bytes) {
  thread_local std::vector<char> buffer(kChunk);
  uint64_t done = 0;
  for (;;) {
    const ssize_t n = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return unreadable(base::format("it cannot be read at byte {}", done), errno);
    if (n == 0) break;
    done += static_cast<uint64_t>(n);
  }
  *bytes += done;
  if (done == size) return {};
  return {done < size ? "short" : "long", base::format("it ends at byte {} instead of {}", done, size)};
}

Finding look_again(const storage::ScanRoots& roots, const IndexedFile& file, bool deep,
                   std::atomic<uint64_t>* bytes) {
  const storage::StateFileFacts now = storage::look_at(roots.fd(file.root_id), file.path);
  if (now.status != storage::FileStatus::kOk) return {kind_of(now.status), now.reason};
  if (const auto size = static_cast<uint64_t>(now.size); size != file.size) {
    return {size < file.size ? "short" : "long",
            base::format("it has {} bytes now, and had {} when it was indexed", size, file.size)};
  }
  if (!deep) return {};
  struct stat st = {};
  const base::UniqueFd fd = base::try_open_regular_beneath(roots.fd(file.root_id), file.path.c_str(), &st);
  if (!fd) return unreadable("it cannot be opened", errno);
  return read_to_end(fd.get(), file.size, bytes);
}

// Checks a table's last bytes, the magic number included.
std::string tail_problem(std::string_view tail) {
  if (tail.size() < kMagic) return "it is too short for a table of RocksDB";
  uint64_t magic = 0;
  for (size_t i = 1; i <= kMagic; ++i) magic = magic << 8 | static_cast<unsigned char>(tail[tail.size() - i]);
  const bool known = std::find(kTableMagics.begin(), kTableMagics.end(), magic) != kTableMagics.end();
  return known ? "" : "it does not end as a table of RocksDB does";
}

class Verification {
 public:
  Verification(Reader& reader, const VerifyOptions& options)
      : reader_(reader),
        options_(options),
        roots_(reader.roots()),
        resolver_(reader.roots(), reader.mappings()),
        workers_(options.deep ? kReadsAtOnce : kLooksAtOnce) {}

  VerifyResult run(const std::function<void(uint64_t, uint64_t)>& progress);

 private:
  void look(const std::vector<IndexedFile>& files, const std::function<void(uint64_t, uint64_t)>& progress);
  void add_known(const Snapshot& snapshot);
  void look_at_tables(const Snapshot& snapshot);
  std::string table_problem(const FileLocation& file);

  Reader& reader_;
  const engines::StoreUris uris_ = store_uris(reader_);
  const VerifyOptions options_;
  const storage::ScanRoots roots_;
  const storage::Resolver resolver_;
  base::ParallelCalls workers_;
  std::unordered_map<int64_t, std::vector<Problem>> problems_;  // of snapshots, by id
  std::unordered_map<std::string, std::string> tables_;         // what was found, by place
  uint64_t inline_tables_ = 0;
  VerifyResult result_;
  std::atomic<uint64_t> bytes_ = 0;
};

void Verification::look(const std::vector<IndexedFile>& files,
                        const std::function<void(uint64_t, uint64_t)>& progress) {
  for (size_t from = 0; from < files.size(); from += kBatch) {
    const size_t count = std::min(kBatch, files.size() - from);
    std::vector<Finding> found(count);
    workers_.run(count,
                 [&](size_t i) { found[i] = look_again(roots_, files[from + i], options_.deep, &bytes_); });
    for (size_t i = 0; i < count; ++i) {
      if (found[i].kind.empty()) continue;
      for (const Reference& reference : reader_.references().to(files[from + i].id)) {
        problems_[reference.snapshot.id].push_back({found[i].kind, reference.name, found[i].reason});
      }
    }
    if (progress) progress(from + count, files.size());
  }
  result_.files = files.size();
}

std::string Verification::table_problem(const FileLocation& file) {
  struct stat st = {};
  const base::UniqueFd fd = base::try_open_regular_beneath(roots_.fd(file.root.id), file.path.c_str(), &st);
  if (!fd) return {};  // said already
  std::string tail(std::min<uint64_t>(kMagic, file.length), '\0');
  const auto at = static_cast<off_t>(file.start + file.length - tail.size());
  if (::pread(fd.get(), tail.data(), tail.size(), at) != static_cast<ssize_t>(tail.size())) return {};
  return tail_problem(tail);
}

// Adds the problems that the index knows, without another look at the files.
void Verification::add_known(const Snapshot& snapshot) {
  if (is_sound(snapshot.status)) return;
  std::vector<Problem>& problems = problems_[snapshot.id];
  reader_.snapshots().files_of(snapshot.id, [&](const std::string& name, const FileLocation& file) {
    if (file.status == storage::FileStatus::kOk) return;
    const bool is_short = file.file_size < file.start + file.length;
    problems.push_back({file.status != storage::FileStatus::kWrongSize ? kind_of(file.status)
                        : is_short                                     ? "short"
                                                                       : "long",
                        name, reason_with_uri(uris_, file)});
  });
  if (problems.empty()) {
    problems.push_back({std::string(to_string(snapshot.status)), flink::kMetadataFile, snapshot.reason});
  }
}

void Verification::look_at_tables(const Snapshot& snapshot) {
  const auto file = storage::read_metadata_file(roots_.fd(snapshot.source.id), snapshot.source_path);
  if (!file) return;  // the index says why
  const auto metadata = flink::decode(file->bytes);
  if (!metadata) return;
  const storage::SnapshotFiles projected =
      storage::project_files(*metadata, {snapshot.source.id, snapshot.source_path}, resolver_);
  std::unordered_set<std::string> names;
  for (size_t i = 0; i < metadata->files.size(); ++i) {
    if (metadata->files[i].local_name.ends_with(kTableSuffix))
      names.insert(projected.files[projected.file_of_handle[i]].name);
  }
  reader_.snapshots().files_of(snapshot.id, [&](const std::string& name, const FileLocation& location) {
    if (location.status != storage::FileStatus::kOk || !names.contains(name)) return;
    const std::string place =
        base::format("{}/{}@{}+{}", location.root.id, location.path, location.start, location.length);
    const auto [known, added] = tables_.try_emplace(place);
    if (added) known->second = table_problem(location);
    if (!known->second.empty()) problems_[snapshot.id].push_back({kNoTable, name, known->second});
  });
  for (const flink::InlineHandle& handle : metadata->inlines) {
    if (!handle.local_name.ends_with(kTableSuffix)) continue;
    ++inline_tables_;
    const std::string_view bytes = std::string_view(file->bytes).substr(handle.offset, handle.length);
    if (std::string problem = tail_problem(bytes); !problem.empty())
      problems_[snapshot.id].push_back({kNoTable, std::string(handle.local_name), std::move(problem)});
  }
}

VerifyResult Verification::run(const std::function<void(uint64_t, uint64_t)>& progress) {
  std::vector<IndexedFile> files;
  reader_.dump().state_files([&](IndexedFile file) { files.push_back(std::move(file)); });
  look(files, progress);
  std::vector<Snapshot> snapshots;
  reader_.snapshots().for_each([&](const Snapshot& snapshot) { snapshots.push_back(snapshot); });
  for (Snapshot& snapshot : snapshots) {
    add_known(snapshot);
    if (options_.deep && snapshot.version != 0) look_at_tables(snapshot);
    std::vector<Problem> problems = std::move(problems_[snapshot.id]);
    result_.snapshots.push_back({std::move(snapshot), std::move(problems)});
  }
  result_.bytes_read = bytes_;
  result_.tables = tables_.size() + inline_tables_;
  return std::move(result_);
}

}  // namespace

VerifyResult verify(Reader& reader, const VerifyOptions& options,
                    const std::function<void(uint64_t done, uint64_t all)>& progress) {
  return Verification(reader, options).run(progress);
}

std::optional<Snapshot> newest_usable(Reader& reader, const std::vector<VerifiedSnapshot>& verified) {
  std::vector<Snapshot> snapshots;
  for (const VerifiedSnapshot& one : verified) snapshots.push_back(one.snapshot);
  const auto jobs = runs_of_jobs(reader, snapshots, [&](size_t i) { return verified[i].is_usable(); });
  const auto newest = newest_of_all(snapshots, jobs);
  if (!newest) return std::nullopt;
  return snapshots[*newest];
}

}  // namespace checkpointfs::index
