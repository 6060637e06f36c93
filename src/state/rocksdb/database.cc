// SPDX-License-Identifier: Apache-2.0
#include "state/rocksdb/database.h"

#include <rocksdb/cache.h>
#include <rocksdb/comparator.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/options.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/table.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using rocksdb::Status;

// A name for messages: nothing on the disk is called so.
constexpr const char* kDirectory = "database";
constexpr size_t kBlockCacheBytes = size_t{32} << 20;
constexpr size_t kReadaheadBytes = size_t{256} << 10;
constexpr int kMaxOpenFiles = 64;
// More than any Flink writes to. A database with more is refused.
constexpr int kLevels = 16;

// RocksDB asks for a table that is missing under its old name too, and would complain of that one.
IOStatus missing(std::string name) {
  if (name.ends_with(".ldb")) name.replace(name.size() - 3, 3, "sst");
  return IOStatus::PathNotFound("no handle names this file", name);
}
IOStatus refused(const std::string& name) {
  return IOStatus::NotSupported("state is only read", name);
}

IOStatus read_at(const DatabaseFiles& files, const StateBytes& bytes, uint64_t offset, size_t n,
                 Slice* result, char* scratch) {
  try {
    const size_t length = bytes.read(offset, scratch, n);
    *result = Slice(scratch, length);
    return IOStatus::OK();
  } catch (...) {
    files.keep_exception();
    return IOStatus::IOError("cannot read", bytes.name());
  }
}

class SequentialFile : public rocksdb::FSSequentialFile {
 public:
  SequentialFile(const DatabaseFiles& files, std::shared_ptr<const StateBytes> bytes)
      : files_(files), bytes_(std::move(bytes)) {}

  IOStatus Read(size_t n, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    IOStatus status = read_at(files_, *bytes_, offset_, n, result, scratch);
    if (status.ok()) offset_ += result->size();
    return status;
  }
  IOStatus Skip(uint64_t n) override {
    offset_ += std::min(n, bytes_->size() - offset_);
    return IOStatus::OK();
  }

 private:
  const DatabaseFiles& files_;
  const std::shared_ptr<const StateBytes> bytes_;
  uint64_t offset_ = 0;
};

class RandomAccessFile : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccessFile(const DatabaseFiles& files, std::shared_ptr<const StateBytes> bytes)
      : files_(files), bytes_(std::move(bytes)) {}

  IOStatus Read(uint64_t offset, size_t n, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return read_at(files_, *bytes_, offset, n, result, scratch);
  }

 private:
  const DatabaseFiles& files_;
  const std::shared_ptr<const StateBytes> bytes_;
};

// One directory with the files of a handle. Derives from FileSystem itself: no call reaches a real one.
class HandleFileSystem : public rocksdb::FileSystem {
 public:
  explicit HandleFileSystem(std::vector<DatabaseFile> files) : files_(std::move(files)) {}

  const DatabaseFiles& files() const { return files_; }
  const char* Name() const override { return "HandleFileSystem"; }

  IOStatus NewSequentialFile(const std::string& name, const FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result, IODebugContext*) override {
    auto bytes = files_.try_open(name);
    if (bytes == nullptr) return missing(name);
    *result = std::make_unique<SequentialFile>(files_, std::move(bytes));
    return IOStatus::OK();
  }
  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext*) override {
    auto bytes = files_.try_open(name);
    if (bytes == nullptr) return missing(name);
    *result = std::make_unique<RandomAccessFile>(files_, std::move(bytes));
    return IOStatus::OK();
  }
  IOStatus FileExists(const std::string& name, const IOOptions&, IODebugContext*) override {
    return files_.find(name) == nullptr ? IOStatus::NotFound(name) : IOStatus::OK();
  }
  IOStatus GetChildren(const std::string&, const IOOptions&, std::vector<std::string>* result,
                       IODebugContext*) override {
    *result = files_.local_names();
    return IOStatus::OK();
  }
  IOStatus GetFileSize(const std::string& name, const IOOptions&, uint64_t* size, IODebugContext*) override {
    const auto found = files_.try_size(name);
    if (!found) return missing(name);
    *size = *found;
    return IOStatus::OK();
  }
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, uint64_t* time,
                                   IODebugContext*) override {
    *time = 0;
    return IOStatus::OK();
  }
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* result,
                           IODebugContext*) override {
    *result = path;
    return IOStatus::OK();
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* result, IODebugContext*) override {
    *result = files_.find(path) == nullptr;
    return IOStatus::OK();
  }

  IOStatus NewWritableFile(const std::string& name, const FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) override {
    return refused(name);
  }
  IOStatus ReuseWritableFile(const std::string& name, const std::string&, const FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) override {
    return refused(name);
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions&, std::unique_ptr<rocksdb::FSDirectory>*,
                        IODebugContext*) override {
    return refused(name);
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions&, IODebugContext*) override {
    return refused(name);
  }
  IOStatus CreateDir(const std::string& name, const IOOptions&, IODebugContext*) override {
    return refused(name);
  }
  IOStatus CreateDirIfMissing(const std::string& name, const IOOptions&, IODebugContext*) override {
    return refused(name);
  }
  IOStatus DeleteDir(const std::string& name, const IOOptions&, IODebugContext*) override {
    return refused(name);
  }
  IOStatus RenameFile(const std::string& name, const std::string&, const IOOptions&,
                      IODebugContext*) override {
    return refused(name);
  }
  IOStatus LockFile(const std::string& name, const IOOptions&, rocksdb::FileLock**,
                    IODebugContext*) override {
    return refused(name);
  }
  IOStatus UnlockFile(rocksdb::FileLock*, const IOOptions&, IODebugContext*) override {
    return refused("LOCK");
  }
  IOStatus GetTestDirectory(const IOOptions&, std::string*, IODebugContext*) override {
    return refused("test directory");
  }
  IOStatus NewLogger(const std::string& name, const IOOptions&, std::shared_ptr<rocksdb::Logger>*,
                     IODebugContext*) override {
    return refused(name);
  }

 private:
  const DatabaseFiles files_;
};

// Flink's "stringappendtest": operands are joined by a comma. Flink adds the elements of a list so.
class JoinOperator : public rocksdb::MergeOperator {
 public:
  const char* Name() const override { return "StringAppendTESTOperator"; }

  bool FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const override {
    if (in.existing_value == nullptr && in.operand_list.size() == 1) {
      out->existing_operand = in.operand_list.front();
      return true;
    }
    std::string& joined = out->new_value;
    joined.clear();
    if (in.existing_value != nullptr) joined.assign(in.existing_value->data(), in.existing_value->size());
    for (size_t i = 0; i < in.operand_list.size(); ++i) {
      if (in.existing_value != nullptr || i > 0) joined += ',';
      joined.append(in.operand_list[i].data(), in.operand_list[i].size());
    }
    return true;
  }
};

class SilentLogger : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// Throws the exception of a file that could not be read, else says what RocksDB says.
base::InputError input_error(const DatabaseFiles& files, const Status& status) {
  files.rethrow();
  const std::string message = status.ToString();
  std::string name = files.named_in(message);
  if (name.empty()) name = "database";
  return base::InputError{0, std::move(name), base::format("RocksDB: {}", base::printable(message)), false};
}

class RocksCursor : public DatabaseCursor {
 public:
  RocksCursor(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, const DatabaseFiles& files,
              Database::Access access, std::string end)
      : files_(files), end_(std::move(end)), end_slice_(end_) {
    rocksdb::ReadOptions options;
    options.verify_checksums = true;
    options.fill_cache = access == Database::Access::kSeek;
    options.readahead_size = access == Database::Access::kScan ? kReadaheadBytes : 0;
    options.total_order_seek = true;
    if (!end_.empty()) options.iterate_upper_bound = &end_slice_;
    iterator_.reset(db.NewIterator(options, family));
  }

  void seek(std::string_view key) override {
    iterator_->Seek(Slice(key.data(), key.size()));
    check();
  }
  void next() override {
    iterator_->Next();
    check();
  }
  bool valid() const override { return valid_; }
  std::string_view key() const override { return view(iterator_->key()); }
  std::string_view value() const override { return view(iterator_->value()); }
  const std::optional<base::InputError>& error() const override { return error_; }

 private:
  static std::string_view view(const Slice& slice) { return {slice.data(), slice.size()}; }

  void check() {
    valid_ = !error_ && iterator_->Valid();
    if (valid_ || error_) return;
    if (const Status status = iterator_->status(); !status.ok()) error_ = input_error(files_, status);
  }

  const DatabaseFiles& files_;
  const std::string end_;
  const Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  bool valid_ = false;
  std::optional<base::InputError> error_;
};

class RocksDatabase : public Database {
 public:
  explicit RocksDatabase(std::vector<DatabaseFile> files)
      : file_system_(std::make_shared<HandleFileSystem>(std::move(files))),
        env_(rocksdb::NewCompositeEnv(file_system_)) {}
  ~RocksDatabase() override {
    for (const auto& [name, family] : families_) db_->DestroyColumnFamilyHandle(family);
  }

  std::optional<base::InputError> open() {
    rocksdb::DBOptions options;
    options.env = env_.get();
    options.info_log = std::make_shared<SilentLogger>();
    options.max_open_files = kMaxOpenFiles;
    options.max_file_opening_threads = 1;
    options.skip_stats_update_on_db_open = true;
    options.paranoid_checks = true;
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);  // nobody reads the counters of this thread
    std::vector<std::string> names;
    Status status = rocksdb::DB::ListColumnFamilies(options, kDirectory, &names);
    if (!status.ok()) return input_error(file_system_->files(), status);

    rocksdb::BlockBasedTableOptions table;
    static const auto cache = rocksdb::NewLRUCache(kBlockCacheBytes);
    table.block_cache = cache;
    table.cache_index_and_filter_blocks = true;
    rocksdb::ColumnFamilyOptions family;
    family.comparator = rocksdb::BytewiseComparator();
    family.merge_operator = std::make_shared<JoinOperator>();
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.num_levels = kLevels;
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    descriptors.reserve(names.size());
    for (const std::string& name : names) descriptors.emplace_back(name, family);

    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    status = rocksdb::DB::OpenForReadOnly(options, kDirectory, descriptors, &handles, &db);
    if (!status.ok()) return input_error(file_system_->files(), status);
    db_.reset(db);
    for (rocksdb::ColumnFamilyHandle* const handle : handles) {
      if (handle->GetName() != rocksdb::kDefaultColumnFamilyName) names_.push_back(handle->GetName());
      families_.emplace(handle->GetName(), handle);
    }
    return std::nullopt;
  }

  const std::vector<std::string>& column_families() const override { return names_; }

  std::unique_ptr<DatabaseCursor> cursor(std::string_view column_family, Access access,
                                         std::string end) override {
    const auto found = families_.find(column_family);
    if (found == families_.end()) return nullptr;
    return std::make_unique<RocksCursor>(*db_, found->second, file_system_->files(), access, std::move(end));
  }

  base::Result<TableSums> table_sums(std::string_view column_family) override {
    TableSums sums;
    const auto found = families_.find(column_family);
    if (found == families_.end()) return sums;
    rocksdb::ColumnFamilyMetaData files;
    db_->GetColumnFamilyMetaData(found->second, &files);
    sums.files = files.file_count;
    sums.bytes = files.size;
    rocksdb::TablePropertiesCollection tables;
    const Status status = db_->GetPropertiesOfAllTables(found->second, &tables);
    if (!status.ok()) return input_error(file_system_->files(), status);
    for (const auto& [name, properties] : tables) {
      sums.entries += properties->num_entries;
      sums.raw_bytes += properties->raw_key_size + properties->raw_value_size;
      sums.removals += properties->num_deletions;
      sums.merge_operands += properties->num_merge_operands;
    }
    return sums;
  }

 private:
  const std::shared_ptr<HandleFileSystem> file_system_;
  const std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::map<std::string, rocksdb::ColumnFamilyHandle*, std::less<>>
      families_;  // destroyed before the database
  std::vector<std::string> names_;
};

}  // namespace

base::Result<std::unique_ptr<Database>> open_database(std::vector<DatabaseFile> files) {
  auto database = std::make_unique<RocksDatabase>(std::move(files));
  if (auto error = database->open()) return std::move(*error);
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace checkpointfs::state
