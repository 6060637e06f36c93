// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/rclone_engine.h"

#include <map>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/mounts.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "cli/rclone/rclone_source.h"
#include "engines/rclone.h"

namespace checkpointfs::cli {
namespace {

class Rclone : public CopyEngine {
 public:
  std::string_view name() const override { return "rclone"; }

  std::string target(const std::string& given) const override {
    std::string target = given.starts_with("rclone:") ? given.substr(7) : given;
    const bool is_uri = target.find("://") != std::string::npos;
    if (is_uri || target.starts_with('-') || target.find(':') == std::string::npos) {
      throw base::Failure(
          base::FailureKind::kUsage,
          base::format("{} is not a target for rclone; give REMOTE:PATH, as rclone names it", given));
    }
    while (target.ends_with('/')) target.pop_back();
    return target;
  }

  // rclone calls its mounts by what it has mounted: "gw:bucket/flink". Any other file is one of this host.
  std::string source(const std::string&, const std::string& path) const override {
    const auto mount = base::mount_of(mounts_, path);
    if (!mount || mount->type != "fuse.rclone") return path;
    const auto below = base::path_below(path, mount->point);
    if (!below) return path;
    std::string remote = mount->source;
    if (const std::string given = rclone_given(mount->point); !given.empty()) {
      remote = given.substr(kRclonePrefix.size());
    } else if (remote.substr(0, remote.find(':')).find('{') != std::string::npos) {
      return path;  // the name has a hash of settings that only this process of rclone has
    }
    if (below->empty()) return remote;
    const bool is_root = remote.ends_with(':') || remote.ends_with('/');
    return base::format("{}{}{}", remote, is_root ? "" : "/", *below);
  }

  std::string problem(const CopiedFile& file) const override {
    if (base::last_component(file.from) != file.name)
      return base::format("a list of rclone cannot rename it, from {}", base::last_component(file.from));
    return std::string(engines::rclone_problem(file.from));
  }
  std::string directory_problem(const std::string& target) const override {
    return std::string(engines::rclone_problem(target));
  }

  std::vector<PlanFile> lists(const CopiedSnapshot& snapshot) const override {
    std::vector<PlanFile> files;
    for (const auto& [directory, names] : by_directory(snapshot)) {
      std::string text;
      for (const std::string& name : names) text += engines::rclone_line(name) + "\n";
      files.push_back({list_name(files.size()), text});
    }
    return files;
  }

  std::string prepare(const CopiedSnapshot&) const override { return {}; }

  // --checksum: a second run copies what is absent or differs, and does not ask for the time of modification.
  std::string copy(const CopiedSnapshot& snapshot) const override {
    std::string text;
    size_t i = 0;
    for (const auto& [directory, names] : by_directory(snapshot))
      text += base::format("rclone copy --checksum --files-from-raw \"$DIR/{}\" -- {} \"$TO\"\n",
                           list_name(i++), base::shell_quoted(directory));
    return text;
  }
  std::string put_rest(const CopiedSnapshot&) const override {
    return "rclone copy --checksum -- \"$DIR/rest\" \"$TO\"\n";
  }
  std::string list_target(const CopiedSnapshot&) const override {
    return "rclone lsf --files-only --format sp -- \"$TO\"";
  }
  std::string_view listing_format() const override { return "rclone-lsf"; }
  std::string put_metadata(const CopiedSnapshot&) const override {
    return "rclone copyto -- \"$DIR/_metadata\" \"$TO/_metadata\"\n";
  }

 private:
  static std::string list_name(size_t i) { return base::format("rclone-{}.list", i + 1); }

  // The names of the files in each directory.
  static std::map<std::string, std::vector<std::string>> by_directory(const CopiedSnapshot& snapshot) {
    std::map<std::string, std::vector<std::string>> directories;
    for (const CopiedFile& file : snapshot.files) {
      if (file.part == CopiedFile::Part::kByEngine)
        directories[std::string(base::parent(file.from))].push_back(file.name);
    }
    return directories;
  }
  const std::vector<base::MountedTree> mounts_ = base::mounts();
};

}  // namespace

std::unique_ptr<CopyEngine> rclone_engine() {
  return std::make_unique<Rclone>();
}

}  // namespace checkpointfs::cli
