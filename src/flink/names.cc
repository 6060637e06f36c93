// SPDX-License-Identifier: Apache-2.0
#include "flink/names.h"

#include "base/text/hex.h"

namespace checkpointfs::flink {

bool is_checkpoint_name(std::string_view name) {
  return name.starts_with("chk-") && name.size() > 4 &&
         name.find_first_not_of("0123456789", 4) == std::string_view::npos;
}

bool is_job_id(std::string_view name) {
  return name.size() == 32 && name.find_first_not_of(base::kHexDigits) == std::string_view::npos;
}

bool is_part_of_job(std::string_view name) {
  return name == "shared" || name == "taskowned" || is_checkpoint_name(name);
}

}  // namespace checkpointfs::flink
