// SPDX-License-Identifier: Apache-2.0
#include "index/own_mounts.h"

#include <fstream>
#include <sstream>
#include <string_view>

namespace checkpointfs::index {
namespace {

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// The kernel writes space, tab, newline and back slash as \ooo.
std::string unescape(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
        is_octal(text[i + 3])) {
      result.push_back(
          static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0')));
      i += 3;
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

}  // namespace

std::set<std::string> own_mounts(std::istream& mountinfo) {
  std::set<std::string> points;
  for (std::string line; std::getline(mountinfo, line);) {
    // id parent major:minor root POINT options [optional fields] - TYPE source options
    std::istringstream fields(line);
    std::string skipped;
    std::string point;
    std::string type;
    fields >> skipped >> skipped >> skipped >> skipped >> point;
    while (fields >> skipped && skipped != "-") {
    }
    fields >> type;
    if (type == "fuse.checkpointfs") points.insert(unescape(point));
  }
  return points;
}

std::set<std::string> own_mounts_below(const std::string& directory) {
  std::ifstream mountinfo("/proc/self/mountinfo");
  const std::string prefix = directory == "/" ? directory : directory + "/";
  std::set<std::string> below;
  for (const std::string& point : own_mounts(mountinfo)) {
    if (point.compare(0, prefix.size(), prefix) == 0) below.insert(point.substr(prefix.size()));
  }
  return below;
}

}  // namespace checkpointfs::index
