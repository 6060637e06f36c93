// SPDX-License-Identifier: Apache-2.0
#include "flink/field_path.h"

namespace checkpointfs::flink {

std::string FieldPath::prefix() const {
  std::string text;
  for (const Step& step : steps_) {
    text += step.name;
    if (step.index >= 0) text += "[" + std::to_string(step.index) + "]";
    text += ".";
  }
  return text;
}

}  // namespace checkpointfs::flink
