// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/rocksdb/written_database.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/options.h>

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::test {
namespace {

void require(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

}  // namespace

void write_database(const std::string& directory, const std::string& name, const std::vector<Write>& writes) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.disable_auto_compactions = true;
  // As Flink sets it.
  require(rocksdb::MergeOperator::CreateFromString({}, "stringappendtest", &options.merge_operator));
  rocksdb::DB* opened = nullptr;
  require(rocksdb::DB::Open(options, directory, &opened));
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::ColumnFamilyHandle* family = nullptr;
  require(db->CreateColumnFamily(options, name, &family));
  rocksdb::WriteOptions no_log;
  no_log.disableWAL = true;
  for (const Write& write : writes) {
    switch (write.kind) {
      case Write::Kind::kPut:
        require(db->Put(no_log, family, write.key, write.value));
        break;
      case Write::Kind::kMerge:
        require(db->Merge(no_log, family, write.key, write.value));
        break;
      case Write::Kind::kDelete:
        require(db->Delete(no_log, family, write.key));
        break;
      case Write::Kind::kDeleteRange:
        require(db->DeleteRange(no_log, family, write.key, write.value));
        break;
      case Write::Kind::kFlush:
        require(db->Flush({}, family));
        break;
    }
  }
  require(db->Flush({}, family));
  require(db->DestroyColumnFamilyHandle(family));
}

std::vector<state::DatabaseFile> database_files(const std::string& directory) {
  std::vector<state::DatabaseFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().filename().string();
    files.push_back({name, entry.file_size(), [name, content = read_file(entry.path())] {
                       return state::memory_bytes(content, name);
                     }});
  }
  return files;
}

}  // namespace checkpointfs::test
