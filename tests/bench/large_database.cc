// SPDX-License-Identifier: Apache-2.0
// large-database DIRECTORY GIGABYTES: writes a RocksDB database as that of a Flink job with a value state
// "value" of byte arrays, keys of the form "user-00000777", and 128 key groups. Values are random, so that no
// compression makes them smaller. Prints the number of keys.
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/text/message.h"
#include "state/snapshot/key_hash.h"

namespace {

using namespace checkpointfs;

constexpr int kKeyGroups = 128;
constexpr uint32_t kValueBytes = 1000;
constexpr uint64_t kFileBytes = uint64_t{64} << 20;  // as Flink's RocksDB makes them

void require(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

// StringSerializer: the length plus one, then a byte a character.
std::string key_of(uint32_t number) {
  const std::string text = base::format("user-{:08}", number);
  return static_cast<char>(text.size() + 1) + text;
}

// The numbers of the keys of each key group, in the order of the bytes of the keys.
std::vector<std::vector<uint32_t>> keys_by_group(uint32_t keys) {
  state::Type string;
  string.kind = state::TypeKind::kString;
  std::vector<std::vector<uint32_t>> groups(kKeyGroups);
  for (uint32_t number = 0; number < keys; ++number) {
    const auto group = state::key_group_of(key_of(number), string, kKeyGroups);
    groups.at(static_cast<size_t>(group.value())).push_back(number);
  }
  return groups;
}

class Tables {
 public:
  explicit Tables(std::string directory) : directory_(std::move(directory)) {
    options_.create_if_missing = true;
    options_.compression = rocksdb::kNoCompression;
    rocksdb::DB* opened = nullptr;
    require(rocksdb::DB::Open(options_, directory_, &opened));
    db_.reset(opened);
    require(db_->CreateColumnFamily(options_, "value", &family_));
  }
  ~Tables() { db_->DestroyColumnFamilyHandle(family_); }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  // REQUIRES: keys ascend.
  void put(const std::string& key, const std::string& value) {
    if (writer_ == nullptr) {
      writer_ = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), options_, family_);
      paths_.push_back(base::format("{}/made-{}", directory_, paths_.size()));
      require(writer_->Open(paths_.back()));
    }
    require(writer_->Put(key, value));
    if (writer_->FileSize() >= kFileBytes) finish_file();
  }
  void finish() {
    if (writer_ != nullptr) finish_file();
    rocksdb::IngestExternalFileOptions moved;
    moved.move_files = true;
    require(db_->IngestExternalFile(family_, paths_, moved));
  }

 private:
  void finish_file() {
    require(writer_->Finish());
    writer_.reset();
  }

  const std::string directory_;
  rocksdb::Options options_;
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* family_ = nullptr;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;  // null: the next key begins a file
  std::vector<std::string> paths_;
};

// BytePrimitiveArraySerializer: an int, then the bytes.
void fill(std::string& value, std::mt19937_64& random) {
  for (size_t i = 4; i + 8 <= value.size(); i += 8) {
    const uint64_t bits = random();
    value.replace(i, 8, reinterpret_cast<const char*>(&bits), 8);
  }
}

void write(const std::string& directory, uint32_t keys) {
  std::mt19937_64 random(1);
  std::string value(4 + kValueBytes, '\0');
  value[2] = static_cast<char>(kValueBytes >> 8);
  value[3] = static_cast<char>(kValueBytes & 0xFF);
  Tables tables(directory);
  const std::vector<std::vector<uint32_t>> groups = keys_by_group(keys);
  for (size_t group = 0; group < groups.size(); ++group) {
    for (const uint32_t number : groups[group]) {
      fill(value, random);
      // Key group, key, and the byte of VoidNamespace.
      tables.put(static_cast<char>(group) + key_of(number) + '\0', value);
    }
  }
  tables.finish();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::atof(argv[2]) <= 0) {
    std::cerr << "usage: large-database DIRECTORY GIGABYTES\n";
    return 2;
  }
  try {
    const auto keys = static_cast<uint32_t>(std::atof(argv[2]) * 1e9 / kValueBytes);
    write(argv[1], keys);
    std::cout << keys << '\n';
  } catch (const std::exception& e) {
    std::cerr << "large-database: " << e.what() << '\n';
    return 1;
  }
  return 0;
}
