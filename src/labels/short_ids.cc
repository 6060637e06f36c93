// SPDX-License-Identifier: Apache-2.0
#include "labels/short_ids.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "base/path.h"
#include "flink/names.h"

namespace checkpointfs::labels {
namespace {

constexpr size_t kShortestId = 8;

}  // namespace

std::map<std::string, std::string> short_job_paths(const std::vector<std::string>& jobs) {
  std::set<std::string_view> ids;
  for (const std::string& job : jobs) {
    const std::string_view id = base::last_component(job);
    if (flink::is_job_id(id)) ids.insert(id);
  }
  const auto shared_digits = [](std::string_view a, std::string_view b) {
    return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  };
  std::map<std::string, std::string> names;
  for (const std::string& job : jobs) {
    const std::string_view id = base::last_component(job);
    size_t digits = kShortestId;
    if (const auto here = ids.find(id); here != ids.end()) {
      if (here != ids.begin()) digits = std::max(digits, shared_digits(id, *std::prev(here)) + 1);
      if (std::next(here) != ids.end()) digits = std::max(digits, shared_digits(id, *std::next(here)) + 1);
      names[job] = job.substr(0, job.size() - id.size() + digits);
    } else {
      names[job] = job;
    }
  }
  return names;
}

}  // namespace checkpointfs::labels
