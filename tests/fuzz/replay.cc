// SPDX-License-Identifier: Apache-2.0
// Replaces libFuzzer's main(): runs the harness on each named file, and on each file in a named directory.
#include <filesystem>
#include <iostream>

#include "tests/fuzz/harness.h"
#include "tests/support/metadata_fixtures.h"

namespace {

namespace fs = std::filesystem;

int replay(const fs::path& path) {
  if (fs::is_directory(path)) {
    int files = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(path)) files += replay(entry.path());
    return files;
  }
  std::cerr << path.string() << std::endl;
  const std::string bytes = checkpointfs::test::read_file(path);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) files += replay(argv[i]);
  std::cout << files << " inputs\n";
  return files > 0 ? 0 : 1;
}
