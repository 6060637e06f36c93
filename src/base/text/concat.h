// SPDX-License-Identifier: Apache-2.0
// Strings out of pieces, for messages.
#pragma once

#include <sstream>
#include <string>

namespace checkpointfs::base {

// concat("offset ", 12) == "offset 12".
template <typename... Pieces>
std::string concat(const Pieces&... pieces) {
  std::ostringstream out;
  (out << ... << pieces);
  return std::move(out).str();
}

}  // namespace checkpointfs::base
