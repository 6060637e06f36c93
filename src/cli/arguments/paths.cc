// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/paths.h"

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/errors.h"
#include "base/text/message.h"

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

bool is_inside_a_job(std::string_view name) {
  if (name == "shared" || name == "taskowned") return true;
  return name.starts_with("chk-") && name.size() > 4 &&
         name.find_first_not_of("0123456789", 4) == std::string_view::npos;
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
  if (const auto parent = try_realpath(std::string(parent_of(absolute)))) {
    return base::format("{}/{}", *parent == "/" ? "" : *parent, name_of(absolute));
  }
  return absolute;
}

std::string_view parent_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::optional<std::string> within(std::string_view path, std::string_view directory) {
  if (directory == "/") return std::string(path.substr(1));
  if (!path.starts_with(directory)) return std::nullopt;
  const std::string_view rest = path.substr(directory.size());
  if (rest.empty()) return std::string();
  if (rest.front() != '/') return std::nullopt;
  return std::string(rest.substr(1));
}

bool is_job_id(std::string_view name) {
  return name.size() == 32 &&
         std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string guess_source(std::string_view path) {
  for (std::string_view p = path; p != "/"; p = parent_of(p)) {
    if (is_job_id(name_of(p))) return std::string(parent_of(p));
  }
  const std::string_view parent = parent_of(path);
  return std::string(is_inside_a_job(name_of(parent)) ? parent_of(parent) : parent);
}

}  // namespace checkpointfs::cli
