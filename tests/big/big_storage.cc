// SPDX-License-Identifier: Apache-2.0
#include "tests/big/big_storage.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::big {
namespace {

using test::Bytes;

constexpr int kSegments = 700;  // in each subtask, half of them shared
constexpr int kPlain = 200;
constexpr int kSurrogates = 100;
constexpr int kMergedFiles = 100;
constexpr int kPlainFiles = 2000;
constexpr int kBaseNames = 10;
constexpr int64_t kSegmentSize = 1000;
constexpr int64_t kPlainSize = 10;

std::string merged(int number) {
  return base::format("/{}/shared/merged-{}-5f0c3a1e-7d2b-4c8e-9a64-1b2f3c4d5e6f", kJob, 1000 + number);
}

std::string plain(int number) {
  return base::format("/{}/shared/{}/part-{}", kJob, number / kBaseNames, number % kBaseNames);
}

std::string surrogates(int number) {
  return base::format("/{}/shared/\xF0\x9F\x98\x80-{}", kJob, number);
}

void write_state_file(const std::string& path, int64_t size) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  if (!std::ofstream(path)) throw std::runtime_error("cannot write " + path);
  std::filesystem::resize_file(path, static_cast<uintmax_t>(size));
}

void write_state_files(const std::string& source, int thousands) {
  for (int i = 0; i < kMergedFiles; ++i) {
    write_state_file(source + merged(i), int64_t{thousands} * kSegments * kSegmentSize);
  }
  for (int i = 0; i < kPlainFiles; ++i) write_state_file(source + plain(i), kPlainSize);
  for (int i = 0; i < kSurrogates; ++i) write_state_file(source + surrogates(i), kPlainSize);
}

// Streams metadata of one operator: subtasks are made one by one.
void write_metadata(const std::string& path, int subtasks,
                    const std::function<std::string(int number)>& subtask) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream out(path, std::ios::binary);
  const Bytes head = Bytes().i32(0x4960672D).i32(4).i64(1).i32(0).i32(1);
  const Bytes op = Bytes().i64(1).i64(2).i32(subtasks).i32(32768).raw(test::null_handle()).i32(subtasks);
  out << head.str() << op.str();
  for (int i = 0; i < subtasks; ++i) out << subtask(i);
  if (!(out << test::null_properties()).flush()) throw std::runtime_error("cannot write " + path);
}

// A subtask without operator state, up to its channels.
Bytes subtask_head(int number, const test::Incremental& state) {
  return Bytes().i32(number).i32(0).i32(0).raw(test::incremental(state)).raw(test::null_handle());
}

class Mixture {
 public:
  Mixture(const std::string& source, int thousands) : source_(source), thousands_(thousands) {}

  std::string subtask(int number) const {
    test::Incremental state;
    for (int i = 0; i < kSegments; ++i) {
      auto& list = i < kSegments / 2 ? state.shared : state.private_;
      const int64_t start = (int64_t{number} * kSegments + i) * kSegmentSize;
      list.emplace_back(base::format("{}.sst", i),
                        test::segment("file:" + source_ + merged(i % kMergedFiles), start, kSegmentSize));
    }
    for (int i = 0; i < kSurrogates; ++i)
      state.private_.emplace_back(base::format("s{}", i), strange(number, i));
    Bytes out = subtask_head(number, state);
    out.i32(0).i32(kPlain);  // no input channels
    for (int i = 0; i < kPlain; ++i) out.i32(number).i32(0).i32(i).i32(0).i64(1).raw(delegate(number, i));
    return out;
  }

 private:
  std::string delegate(int subtask, int number) const {
    const int file = (subtask * kPlain + number) % kPlainFiles;
    return test::file((subtask % 2 == 0 ? "file:" : "file://") + source_ + plain(file), kPlainSize);
  }

  std::string strange(int subtask, int number) const {
    if (subtask + 1 == thousands_ && number + 1 == kSurrogates)
      return test::relative("a\xC0\x80z", kPlainSize);
    return test::file("file:" + source_ + base::modified_from_utf8(surrogates(number)).value(), kPlainSize);
  }

  const std::string& source_;
  const int thousands_;
};

std::string unmapped_subtask(int number) {
  test::Incremental state;
  for (int i = 0; i < 1000; ++i) {
    const std::string name =
        base::format("{}-7d2b-4c8e-9a64-1b2f3c4d5e6f", 1'000'000'000 + 1000 * number + i);
    state.shared.emplace_back(base::format("{}.sst", i),
                              test::file("hdfs://nn:8020/flink/" + kJob + "/shared/" + name, kPlainSize));
  }
  return subtask_head(number, state).i32(0).i32(0);
}

BigStorage described(const std::string& source, int thousands, uint64_t files) {
  return {source, uint64_t{1000} * static_cast<uint64_t>(thousands), files,
          std::filesystem::file_size(source + "/" + kSnapshot + "/_metadata")};
}

}  // namespace

BigStorage write_big_storage(const std::string& source, int thousands) {
  write_state_files(source, thousands);
  const Mixture mixture(source, thousands);
  write_metadata(source + "/" + kSnapshot + "/_metadata", thousands,
                 [&](int number) { return mixture.subtask(number); });
  return described(source, thousands,
                   static_cast<uint64_t>(thousands) * kSegments + kPlainFiles + kSurrogates + 1);
}

BigStorage write_unmapped_storage(const std::string& source, int thousands) {
  write_metadata(source + "/" + kSnapshot + "/_metadata", thousands, unmapped_subtask);
  return described(source, thousands, static_cast<uint64_t>(thousands) * 1000);
}

}  // namespace checkpointfs::big
