// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/fixture_snapshot.h"

#include <stdexcept>
#include <utility>

#include "base/path.h"
#include "flink/decode.h"
#include "storage/resolver.h"

namespace checkpointfs::test {
namespace {

// "flink-1.20.5/chained" of "flink-1.20.5/chained/<job>/chk-4".
std::string storage_of(const std::string& name) {
  return name.substr(0, name.find('/', name.find('/') + 1));
}

storage::Root root_of(const Fixture& fixture) {
  return {1, (data_directory() / storage_of(fixture.name)).string(), true};
}

flink::Metadata decoded_fixture(const std::string& bytes) {
  auto metadata = flink::decode(bytes);
  if (!metadata.has_value()) throw std::runtime_error(to_string(metadata.error()));
  return std::move(*metadata);
}

storage::SnapshotFiles files_of(const Fixture& fixture, const flink::Metadata& metadata) {
  const storage::Root root = root_of(fixture);
  const storage::Resolver resolver({root}, {{"file:/data/flink/checkpoints", root.path, false, {}},
                                            {"file:/data/flink/savepoints", root.path, false, {}}});
  return storage::project_files(metadata, {1, fixture.name.substr(storage_of(fixture.name).size() + 1)},
                                resolver);
}

}  // namespace

FixtureSnapshot::FixtureSnapshot(const Fixture& fixture)
    : name_(fixture.name),
      metadata_bytes_(fixture.bytes),
      metadata_(decoded_fixture(metadata_bytes_)),
      files_(files_of(fixture, metadata_)),
      opener_({root_of(fixture)}, [](const storage::ProjectedFile& file) { return file.place->location; }),
      bytes_(metadata_, files_, opener_) {}

std::vector<std::unique_ptr<FixtureSnapshot>> fixture_snapshots(const std::string& scenario) {
  std::vector<std::unique_ptr<FixtureSnapshot>> snapshots;
  std::vector<Fixture> fixtures = metadata_fixtures();
  for (Fixture& fixture : state_fixtures()) fixtures.push_back(std::move(fixture));
  for (const Fixture& fixture : fixtures) {
    if (base::last_component(storage_of(fixture.name)) != scenario) continue;
    snapshots.push_back(std::make_unique<FixtureSnapshot>(fixture));
  }
  if (snapshots.empty()) throw std::runtime_error("tests/data has no storage named " + scenario);
  return snapshots;
}

}  // namespace checkpointfs::test
