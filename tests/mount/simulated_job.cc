// SPDX-License-Identifier: Apache-2.0
#include "simulated_job.h"

#include <algorithm>
#include <cstdio>
#include <functional>

namespace checkpointfs::test {

std::string bytes_of_state_file(const std::string& name) {
  const size_t seed = std::hash<std::string>()(name);
  return pattern(seed % 10 == 0 ? 300'000 + seed % 1000 : seed % 20'000, seed);
}

void SimulatedJob::checkpoint(std::mt19937& random) {
  for (auto i = 1 + random() % 3; i-- > 0;) {
    char file[37];
    std::snprintf(file, sizeof file, "%08x-%04x-4000-8000-%012x", static_cast<unsigned>(random()),
                  static_cast<unsigned>(number_ & 0xffff), ++files_);
    live_.emplace_back(file);
    source_.add(path("shared/" + live_.back()), bytes_of_state_file(live_.back()));
  }
  while (live_.size() > 12) live_.pop_front();
  std::vector<std::string> handles;
  for (const std::string& file : live_) handles.push_back(handle(file));
  const std::string directory = source_ / path("chk-" + std::to_string(++number_));
  stdfs::create_directories(directory);
  write_file(directory + "/.part", metadata_of(handles));
  stdfs::rename(directory + "/.part", directory + "/_metadata");
  retained_.push_back({directory, {live_.begin(), live_.end()}});
  if (retained_.size() > retains_) subsume();
}

void SimulatedJob::subsume() {
  const Checkpoint old = retained_.front();
  retained_.pop_front();
  for (const std::string& file : old.files) {
    const bool needed =
        std::ranges::any_of(retained_, [&](const Checkpoint& c) { return c.files.contains(file); });
    if (!needed) stdfs::remove(source_ / path("shared/" + file));
  }
  stdfs::remove(old.directory + "/_metadata");
  stdfs::remove(old.directory);
}

std::string SimulatedJob::handle(const std::string& file) const {
  return test::file(source_.uri(path("shared/" + file)),
                    static_cast<int64_t>(bytes_of_state_file(file).size()));
}

}  // namespace checkpointfs::test
