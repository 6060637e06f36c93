// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/fixture_snapshot.h"

#include <stdio.h>

#include <filesystem>
#include <sstream>
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

std::string unzipped(const std::filesystem::path& file) {
  FILE* const pipe = ::popen(("gzip -dc '" + file.string() + "'").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run gzip");
  std::string text;
  char buffer[1 << 16];
  for (size_t n = 0; (n = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  if (::pclose(pipe) != 0) throw std::runtime_error("cannot unzip " + file.string());
  return text;
}

std::vector<std::unique_ptr<FixtureSnapshot>> snapshots_of(const std::vector<Fixture>& fixtures,
                                                           const std::string& scenario) {
  std::vector<std::unique_ptr<FixtureSnapshot>> snapshots;
  for (const Fixture& fixture : fixtures) {
    if (base::last_component(storage_of(fixture.name)) != scenario) continue;
    snapshots.push_back(std::make_unique<FixtureSnapshot>(fixture));
  }
  if (snapshots.empty()) throw std::runtime_error("tests/data has no storage named " + scenario);
  return snapshots;
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
  return snapshots_of(metadata_fixtures(), scenario);
}

std::vector<std::unique_ptr<FixtureSnapshot>> state_snapshots(const std::string& scenario) {
  return snapshots_of(state_fixtures(), scenario);
}

std::vector<StateSample> state_samples() {
  std::vector<StateSample> samples;
  for (const Fixture& fixture : state_fixtures()) {
    StateSample sample;
    sample.name = storage_of(fixture.name);
    sample.snapshot = std::make_unique<FixtureSnapshot>(fixture);
    std::istringstream text(unzipped(data_directory() / (sample.name + ".jsonl.gz")));
    for (std::string line; std::getline(text, line);) sample.lines.push_back(line);
    samples.push_back(std::move(sample));
  }
  if (samples.empty()) throw std::runtime_error("tests/data has no state-*");
  return samples;
}

}  // namespace checkpointfs::test
