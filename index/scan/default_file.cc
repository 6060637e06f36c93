// SPDX-License-Identifier: Apache-2.0
#include "index/scan/default_file.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/errors.h"
#include "base/path.h"
#include "flink/uri.h"
#include "index/scan/configuration.h"
#include "storage/projected_name.h"

namespace checkpointfs::index {
namespace {

std::string state_directory() {
  const char* const xdg = std::getenv("XDG_STATE_HOME");
  if (xdg != nullptr && xdg[0] == '/') return xdg;  // a relative one is to be ignored, says the specification
  if (::geteuid() == 0) return "/var/lib";
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/') {
    const passwd* const user = ::getpwuid(::geteuid());
    if (user == nullptr)
      throw base::Failure(base::FailureKind::kIndex,
                          "no home directory for the index; name a file with --index");
    home = user->pw_dir;
  }
  return std::string(home) + "/.local/state";
}

}  // namespace

std::string index_directory() {
  return state_directory() + "/checkpointfs";
}

std::string default_index_file(const std::vector<std::string>& sources,
                               const std::map<std::string, std::string>& identities,
                               const std::set<std::string>& as_named) {
  std::vector<std::string> real = real_sources(sources, as_named);
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto found = identities.find(sources[i]);
    if (found != identities.end()) real[i] = found->second;
  }
  std::string readable(base::last_component(real.front()));
  if (readable.empty()) readable = "root";  // of a remote
  readable.resize(std::min<size_t>(readable.size(), 100));
  std::sort(real.begin(), real.end());  // a set of sources has one index, in whatever order they are given
  std::string all;
  for (const std::string& path : real) all += path + '\0';
  if (real.size() > 1) readable = "several";
  return index_directory() + "/" + readable + "-" + storage::hash_digits(all, 16) + std::string(kIndexSuffix);
}

}  // namespace checkpointfs::index
