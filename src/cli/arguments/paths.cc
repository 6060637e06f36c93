// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/paths.h"

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/names.h"

namespace checkpointfs::cli {
namespace {

std::string current_directory() {
  std::vector<char> buffer(PATH_MAX);
  if (::getcwd(buffer.data(), buffer.size()) == nullptr)
    base::throw_errno("cannot find", "the current directory");
  return buffer.data();
}

std::optional<std::string> try_realpath(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::optional<std::string>(real.get()) : std::nullopt;
}

}  // namespace

std::string absolute_path(std::string_view path) {
  const std::string whole =
      path.starts_with('/') ? std::string(path) : base::format("{}/{}", current_directory(), path);
  std::string out;
  std::string_view rest = whole;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view component = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      out.erase(out.empty() ? 0 : out.rfind('/'));
    } else {
      out += base::format("/{}", component);
    }
  }
  return out.empty() ? "/" : out;
}

std::string real_path(std::string_view path) {
  if (const auto real = try_realpath(std::string(path))) return *real;
  const std::string absolute = absolute_path(path);
  if (const auto parent = try_realpath(std::string(base::parent(absolute)))) {
    return base::join(*parent, base::last_component(absolute));
  }
  return absolute;
}

std::string guess_source(std::string_view path) {
  if (path == "/") return "/";
  for (std::string_view p = path; !p.empty(); p = base::parent(p)) {
    if (flink::is_job_id(base::last_component(p))) return std::string(base::parent(p));
  }
  const std::string_view parent = base::parent(path);
  return std::string(flink::is_part_of_job(base::last_component(parent)) ? base::parent(parent) : parent);
}

}  // namespace checkpointfs::cli
