// SPDX-License-Identifier: Apache-2.0
#include "cli/mounting/mount_helper.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::cli {
namespace {

// Defaults that mount(8) and mount.fuse3 add by themselves. The program refuses them from the user.
constexpr std::array<std::string_view, 3> kAdded = {"rw", "dev", "suid"};

std::string without_added(const std::string& options) {
  std::string out;
  size_t start = 0;
  for (size_t end = 0; end != std::string::npos; start = end + 1) {
    end = options.find(',', start);
    const std::string option = options.substr(start, end == std::string::npos ? end : end - start);
    if (std::ranges::find(kAdded, option) != kAdded.end()) continue;
    if (!out.empty()) out += ",";
    out += option;
  }
  return out;
}

}  // namespace

bool is_of_mount_fuse(const std::vector<std::string>& arguments) {
  return arguments.size() >= 2 && arguments[0].find('/') != std::string::npos &&
         arguments[1].starts_with('/');
}

std::optional<std::vector<std::string>> mount_arguments(const std::vector<std::string>& helper_arguments) {
  std::vector<std::string> out;
  std::vector<std::string> operands;
  bool is_dry_run = false;
  for (size_t i = 0; i < helper_arguments.size(); ++i) {
    const std::string& argument = helper_arguments[i];
    if (argument.size() < 2 || argument[0] != '-') {
      operands.push_back(argument);
      continue;
    }
    for (size_t at = 1; at < argument.size(); ++at) {
      const char letter = argument[at];
      if (letter == 'o' || letter == 't' || letter == 'N') {
        const bool has_next = i + 1 < helper_arguments.size();
        if (at + 1 == argument.size() && !has_next) {
          throw base::Failure(base::FailureKind::kUsage,
                              base::format("-{} needs a value; see mount(8)", letter));
        }
        const std::string value = at + 1 < argument.size() ? argument.substr(at + 1) : helper_arguments[++i];
        if (letter == 'o') out.insert(out.end(), {"-o", without_added(value)});
        break;
      }
      if (letter == 'f') is_dry_run = true;
      if (letter == 'v') out.push_back("-v");
      if (std::string("fvnsrwF").find(letter) == std::string::npos) {
        throw base::Failure(base::FailureKind::kUsage,
                            base::format("-{} is not an option of mount(8) helpers", letter));
      }
    }
  }
  if (is_dry_run) return std::nullopt;
  out.push_back("--");
  out.insert(out.end(), operands.begin(), operands.end());
  return out;
}

}  // namespace checkpointfs::cli
