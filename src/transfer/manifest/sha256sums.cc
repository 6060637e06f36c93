// SPDX-License-Identifier: Apache-2.0
#include "transfer/manifest/sha256sums.h"

namespace checkpointfs::transfer {

std::string sha256sums_line(std::string_view name, const Sha256Sum& sum) {
  std::string escaped;
  for (const char c : name) {
    switch (c) {
      case '\\':
        escaped += "\\\\";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      default:
        escaped += c;
    }
  }
  return (escaped.size() > name.size() ? "\\" : "") + sha256_text(sum) + "  " + escaped + "\n";
}

}  // namespace checkpointfs::transfer
