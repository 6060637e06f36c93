// SPDX-License-Identifier: Apache-2.0
// Checkpoint storage that no Flink would write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::test {

// Metadata of version 4 with one operator, each of whose subtasks has one of `handles`.
std::string metadata_of(const std::vector<std::string>& handles);

// A directory to be a source, with an outside around it: path() is below it.
class Handmade {
 public:
  Handmade() { stdfs::create_directory(path()); }

  std::string path() const { return directory_ / "source"; }
  std::string operator/(std::string_view name) const { return path() + "/" + std::string(name); }
  std::string outside(std::string_view name) const { return directory_ / name; }

  // "file:/.../<name>"
  std::string uri(std::string_view name) const { return "file:" + (*this / name); }

  // Writes `bytes` to `name` and returns a handle that names it by its URI.
  std::string add(std::string_view name, std::string_view bytes) const;
  void add_snapshot(std::string_view directory, const std::vector<std::string>& handles) const;

 private:
  TempDirectory directory_;
};

}  // namespace checkpointfs::test
