// SPDX-License-Identifier: Apache-2.0
// Storage that a test writes itself: jobs, state files and snapshots, all of them ten days old.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/cli/program.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::test {

class HandmadeStorage : public testing::Test {
 protected:
  static constexpr const char* kA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  static constexpr const char* kB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
  static constexpr int64_t kSize = 100;

  // "11111111-0000-4000-8000-000000000001" and so on: names as Flink gives them.
  static std::string uuid(int n) {
    const auto digit = static_cast<char>('0' + n);
    return std::string(8, digit) + "-0000-4000-8000-00000000000" + digit;
  }

  std::string source() const { return directory_ / "src"; }
  std::string path(const std::string& name) const { return source() + "/" + name; }
  std::string uri(const std::string& name) const { return "file:" + path(name); }

  void job(const std::string& name) const {
    for (const char* const part : {"/shared", "/taskowned"})
      std::filesystem::create_directories(path(name + part));
  }
  std::string state(const std::string& name, int64_t size = kSize) const {
    write(path(name), std::string(static_cast<size_t>(size), 's'));
    return uri(name);
  }
  // Its files have kSize bytes each.
  void snapshot(const std::string& name, const std::vector<std::string>& uris, int64_t id = 1) const {
    Incremental handle;
    handle.checkpoint_id = id;
    for (const std::string& uri : uris)
      handle.shared.emplace_back(std::to_string(handle.shared.size()) + ".sst", file(uri, kSize));
    write(path(name + "/_metadata"),
          MetadataBuilder(4).checkpoint_id(id).op().subtask({.managed_keyed = incremental(handle)}).bytes());
  }
  static void write(const std::string& file, const std::string& bytes) {
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    std::filesystem::last_write_time(file,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(240));
  }

  Output run(const std::vector<std::string>& arguments, const std::string& directory = "/") const {
    return program_.run(arguments, directory);
  }
  TempDirectory directory_;
  Program program_{directory_ / "state"};
};

}  // namespace checkpointfs::test
