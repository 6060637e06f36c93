// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/links.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/shell.h"

namespace checkpointfs::removal {
namespace {

struct Free {
  void operator()(char* text) const { std::free(text); }
};

// Without any link; "" and errno if it leads nowhere.
std::string real_path(const std::string& path) {
  const std::unique_ptr<char, Free> real(::realpath(path.c_str(), nullptr));
  return real ? real.get() : "";
}

}  // namespace

void Links::note_directory(const storage::Location& directory, int fd) {
  struct stat st = {};
  if (::fstat(fd, &st) == 0) entered_.try_emplace({st.st_dev, st.st_ino}, directory);
}

std::string Links::advice(const std::string& link, const std::string& target) const {
  const std::string exclude = base::format("exclude it with --exclude {}", base::shell_quoted(link));
  if (target.empty()) return base::format("; mount what is not mounted, remove the link, or {}", exclude);
  std::string text = base::format("; name that directory as a second --source {}, or {}",
                                  base::shell_quoted(target), exclude);
  if (storage_.follow_links) return text;
  text += ", or follow it with --follow-links";
  if (!resolver_.locate(target)) text += " and a --map URI=DIR that leads there";
  return text;
}

std::string Links::why_refused(const storage::Location& link, const Enter& enter) {
  const std::string path = resolver_.absolute(link);
  const std::string target = real_path(path);
  struct stat st = {};
  if (target.empty() || ::stat(target.c_str(), &st) != 0) {
    return base::format("it is a symbolic link, and what it leads to cannot be looked at: {}{}",
                        std::generic_category().message(errno), advice(path, ""));
  }
  if (!S_ISDIR(st.st_mode)) return {};
  auto at = entered_.find({st.st_dev, st.st_ino});
  if (at == entered_.end() && storage_.follow_links) {
    if (const auto place = resolver_.locate(target); place && !storage_.excludes(target)) enter(*place);
    at = entered_.find({st.st_dev, st.st_ino});
  }
  if (at == entered_.end()) {
    return base::format("it is a symbolic link to the directory {}, in which a snapshot may lie{}",
                        base::printable(target), advice(path, target));
  }
  followed_[{link.root_id, link.path}] = at->second;
  return {};
}

void Links::follow(const Enter& enter, const Refuse& refuse) {
  for (size_t i = 0; i < found_.size(); ++i) {
    const storage::Location link = found_[i];
    if (const std::string why = why_refused(link, enter); !why.empty()) refuse(link, why);
  }
}

storage::Location Links::real(storage::Location location) const {
  // Each round takes one link out of the path, and a followed link leads to a path without any.
  for (size_t end = 0; !followed_.empty() && end != std::string::npos;) {
    end = location.path.find('/', end + 1);
    const auto link = followed_.find({location.root_id, location.path.substr(0, end)});
    if (link == followed_.end()) continue;
    const std::string rest = end == std::string::npos ? "" : location.path.substr(end + 1);
    location = {link->second.root_id, rest.empty() ? link->second.path : base::join(link->second.path, rest)};
    end = link->second.path.size();
    if (rest.empty()) break;
  }
  return location;
}

}  // namespace checkpointfs::removal
