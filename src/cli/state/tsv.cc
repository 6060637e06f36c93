// SPDX-License-Identifier: Apache-2.0
#include "cli/state/tsv.h"

#include "base/text/format.h"

namespace checkpointfs::cli {

std::string tsv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += base::printable(field) + '\t';
  if (!line.empty()) line.pop_back();
  return line + '\n';
}

}  // namespace checkpointfs::cli
