// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/link_names.h"

#include <algorithm>

#include "base/path.h"
#include "base/text/message.h"
#include "labels/short_ids.h"
#include "storage/projected_name.h"

namespace checkpointfs::fs {
namespace {

constexpr size_t kMaxName = 255;

// Cuts the name before a character that does not fit.
std::string with_suffix(std::string name, const std::string& path, size_t digits) {
  const std::string suffix = "-" + storage::hash_digits(path, digits);
  size_t size = std::min(name.size(), kMaxName - suffix.size());
  while (size > 0 && size < name.size() && (static_cast<unsigned char>(name[size]) & 0xC0) == 0x80) --size;
  name.resize(size);
  return name + suffix;
}

}  // namespace

std::map<std::string, std::string> distinct_link_names(const std::map<std::string, std::string>& wanted) {
  std::map<std::string, std::string> names = wanted;
  // Another path may want a name with a suffix; then it gets a suffix as well.
  for (const size_t digits : {16, 32}) {
    for (bool changed = true; changed;) {
      changed = false;
      std::map<std::string, size_t> count;
      for (const auto& [path, name] : names) ++count[name];
      for (auto& [path, name] : names) {
        if (count[name] == 1 && name.size() <= kMaxName) continue;
        std::string longer = with_suffix(wanted.at(path), path, digits);
        if (longer == name) continue;
        name = std::move(longer);
        changed = true;
      }
    }
  }
  return names;
}

std::map<std::string, std::string> job_link_names(const std::vector<std::string>& paths) {
  std::map<std::string, std::string> wanted;
  for (const std::string& path : paths) {
    std::string name = path.empty() ? "job" : path;
    std::ranges::replace(name, '/', '_');
    wanted[path] = std::move(name);
  }
  return distinct_link_names(wanted);
}

std::map<std::string, std::string> label_link_names(const std::vector<std::string>& paths,
                                                    const labels::JobLabels& labels) {
  std::map<std::string, std::vector<std::string>> jobs;  // by label
  for (const std::string& path : paths) {
    if (const std::string label = labels.of(path); !label.empty()) jobs[label].push_back(path);
  }
  std::map<std::string, std::string> wanted;
  for (const auto& [label, called] : jobs) {
    const std::map<std::string, std::string> short_paths = labels::short_job_paths(called);
    for (const std::string& path : called) {
      const std::string_view id = base::last_component(short_paths.at(path));
      wanted[path] = called.size() == 1 ? label : base::format("{}-{}", label, id);
    }
  }
  return distinct_link_names(wanted);
}

}  // namespace checkpointfs::fs
