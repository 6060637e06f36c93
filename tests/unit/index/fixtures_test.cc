// SPDX-License-Identifier: Apache-2.0
// Storage that real Flinks wrote, moved from where it was written.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "flink/decode.h"
#include "flink/rewrite.h"
#include "tests/support/indexed_storage.h"
#include "storage/metadata_file.h"
#include "storage/root_directories.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::index {
namespace {

namespace stdfs = std::filesystem;

std::vector<std::string> scenarios() {
  std::vector<std::string> found;
  for (const auto& version : stdfs::directory_iterator(CHECKPOINTFS_TEST_DATA)) {
    if (version.path().filename().string().rfind("flink-", 0) != 0) continue;
    for (const auto& scenario : stdfs::directory_iterator(version.path())) {
      if (scenario.path().filename() != "expected") found.push_back(scenario.path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

class Fixtures : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Fixtures);

TEST_P(Fixtures, every_snapshot_is_whole) {
  test::IndexedStorage storage;
  storage.options.sources = {GetParam()};
  const ScanResult result = storage.scan();
  EXPECT_GT(result.snapshots, 0u);
  EXPECT_EQ(result.snapshots, result.metadata_read);
  EXPECT_LE(result.inferred.size(), 1u);
  storage.reader().snapshots().for_each([&](const Snapshot& snapshot) {
    EXPECT_EQ(SnapshotStatus::kOk, snapshot.status) << snapshot.path << ": " << snapshot.reason;
    EXPECT_GT(snapshot.owned_size, 0u);
  });
  EXPECT_EQ(0u, storage.scan().metadata_read);
}

TEST_P(Fixtures, names_are_the_same_when_the_metadata_is_read_again) {
  test::IndexedStorage storage;
  storage.options.sources = {GetParam()};
  storage.scan();
  Reader& reader = storage.reader();
  const storage::ScanRoots roots(reader.roots());
  const storage::Resolver resolver(reader.roots(), reader.mappings());
  reader.snapshots().for_each([&](const Snapshot& snapshot) {
    const auto file = storage::read_metadata_file(roots.fd(snapshot.source.id), snapshot.source_path);
    ASSERT_TRUE(file.has_value());
    const auto metadata = flink::decode(file->bytes);
    ASSERT_TRUE(metadata.has_value());
    const storage::SnapshotFiles again =
        storage::project_files(*metadata, {snapshot.source.id, snapshot.source_path}, resolver);
    std::vector<std::string> names;
    for (const storage::ProjectedFile& projected : again.files) names.push_back(projected.name);
    std::vector<std::string> stored;
    reader.snapshots().files_of(
        snapshot.id, [&](const std::string& name, const FileLocation&) { stored.push_back(name); });
    EXPECT_EQ(stored, names);
    EXPECT_EQ(snapshot.owned_size, flink::rewrite(file->bytes, *metadata, {}, again.names())->size());
  });
}

INSTANTIATE_TEST_SUITE_P(Data, Fixtures, testing::ValuesIn(scenarios()), [](const auto& scenario) {
  std::string name;
  const stdfs::path path(scenario.param);
  for (const char c : path.parent_path().filename().string() + "_" + path.filename().string()) {
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  }
  return name;
});

}  // namespace
}  // namespace checkpointfs::index
