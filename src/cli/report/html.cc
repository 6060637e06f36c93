// SPDX-License-Identifier: Apache-2.0
#include "cli/report/html.h"

#include "base/text/format.h"

namespace checkpointfs::cli {

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : base::printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace checkpointfs::cli
