// SPDX-License-Identifier: Apache-2.0
#include "removal/model/marker_names.h"

#include "base/path.h"
#include "flink/names.h"
#include "removal/model/names.h"
#include "removal/model/identity.h"
#include "storage/walk.h"

namespace checkpointfs::removal {
namespace {

constexpr std::string_view kChecksums = ".crc";
constexpr std::string_view kFolder = "_$folder$";

bool is_flinks_directory(std::string_view name) {
  return flink::is_checkpoint_name(name) || name == "shared" || name == "taskowned" || name == "dstl";
}

}  // namespace

std::string checksums_of(std::string_view path) {
  return base::join(base::parent(path),
                    std::string(".").append(base::last_component(path)).append(kChecksums));
}

std::string folder_marker_of(std::string_view path) {
  return std::string(path).append(kFolder);
}

std::optional<std::string> owner_of_marker(std::string_view path) {
  std::string_view name = base::last_component(path);
  if (name.starts_with('.') && name.ends_with(kChecksums) && name.size() > kChecksums.size() + 1) {
    name = name.substr(1, name.size() - 1 - kChecksums.size());
    if (is_state_file_name(name) || name == flink::kMetadataFile) return base::join(base::parent(path), name);
  } else if (name.ends_with(kFolder)) {
    name.remove_suffix(kFolder.size());
    if (is_flinks_directory(name)) return base::join(base::parent(path), name);
  }
  return std::nullopt;
}

}  // namespace checkpointfs::removal
