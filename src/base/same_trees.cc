// SPDX-License-Identifier: Apache-2.0
#include "base/same_trees.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/errors.h"
#include "base/mounts.h"
#include "base/path.h"
#include "base/text/message.h"

namespace checkpointfs::base {
namespace {

// A directory of a file system, whatever it is called here.
struct Tree {
  std::string device;
  std::string path;
};

// The source itself, and what is mounted below it.
std::vector<Tree> trees_of(const std::string& source, const std::vector<MountedTree>& mounts) {
  std::vector<Tree> trees;
  if (const auto mount = mount_of(mounts, source)) {
    const std::string_view below = path_below(source, mount->point).value_or("");
    trees.push_back({mount->device, join(mount->root, below)});
  }
  for (const MountedTree& mount : mounts) {
    const auto below = path_below(mount.point, source);
    if (below && !below->empty()) trees.push_back({mount.device, mount.root});
  }
  return trees;
}

bool lies_in(const Tree& one, const Tree& other) {
  return one.device == other.device && path_below(one.path, other.path).has_value();
}

bool is_same_directory(const std::string& a, const std::string& b) {
  struct stat of_a = {};
  struct stat of_b = {};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
         of_a.st_ino == of_b.st_ino;
}

}  // namespace

void refuse_same_trees(const std::vector<std::string>& sources) {
  if (sources.size() < 2) return;
  const std::vector<MountedTree> all = mounts();
  std::vector<std::vector<Tree>> trees;
  for (const std::string& source : sources) trees.push_back(trees_of(source, all));
  for (size_t i = 0; i < sources.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (is_same_directory(sources[i], sources[j])) {
        throw Failure(
            FailureKind::kSource,
            base::format(
                "source {} is the same directory as the source {}, by a bind mount: give only one of them",
                sources[i], sources[j]));
      }
      const bool overlap = std::ranges::any_of(trees[i], [&](const Tree& one) {
        return std::ranges::any_of(
            trees[j], [&](const Tree& other) { return lies_in(one, other) || lies_in(other, one); });
      });
      if (!overlap) continue;
      throw Failure(
          FailureKind::kSource,
          base::format(
              "the sources {} and {} hold the same files, by a bind mount: give only the one that holds the other",
              sources[j], sources[i]));
    }
  }
}

}  // namespace checkpointfs::base
