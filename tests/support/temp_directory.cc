// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_directory.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace stdfs = std::filesystem;

namespace checkpointfs::test {

TempDirectory::TempDirectory() {
  std::string name = stdfs::temp_directory_path() / "checkpointfs-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
  path_ = stdfs::canonical(name);
}

TempDirectory::~TempDirectory() {
  std::error_code error;
  stdfs::remove_all(path_, error);
  if (!error) return;
  // Directories that a test made read-only, if it does not run as root.
  for (const auto& entry : stdfs::recursive_directory_iterator(path_, error)) {
    if (entry.is_directory(error)) stdfs::permissions(entry.path(), stdfs::perms::owner_all, error);
  }
  stdfs::remove_all(path_, error);
}

}  // namespace checkpointfs::test
