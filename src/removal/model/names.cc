// SPDX-License-Identifier: Apache-2.0
#include "removal/model/names.h"

#include <algorithm>

#include "base/path.h"
#include "flink/names.h"
#include "removal/model/identity.h"
#include "storage/projected_name.h"
#include "storage/walk.h"

namespace checkpointfs::removal {

bool is_state_file_name(std::string_view name) {
  static constexpr size_t kUuid = 36;
  return name.size() == kUuid && storage::begins_with_uuid(name);
}

bool is_in_a_job(std::string_view path) {
  return std::ranges::any_of(base::components(base::parent(path)), [](std::string_view name) {
    return name == "shared" || name == "taskowned" || name == "dstl" || name.starts_with("savepoint-") ||
           flink::is_checkpoint_name(name);
  });
}

bool is_task_owned(std::string_view path) {
  const auto components = base::components(base::parent(path));
  return std::ranges::find(components, "taskowned") != components.end();
}

bool is_of_others(std::string_view path) {
  const auto components = base::components(path);
  return base::last_component(path) == flink::kMetadataFile ||
         std::ranges::any_of(components, [](std::string_view name) { return name.starts_with('.'); });
}

bool is_in_database(std::string_view path) {
  const auto components = base::components(base::parent(path));
  for (size_t i = 0; i + 1 < components.size(); ++i) {
    if (components[i].starts_with("op_") && components[i + 1] == "db") return true;
  }
  return false;
}

}  // namespace checkpointfs::removal
