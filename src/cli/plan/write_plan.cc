// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/write_plan.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>

#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/plan/plan_json.h"
#include "cli/plan/run_script.h"
#include "engines/path_list.h"
#include "flink/names.h"
#include "transfer/manifest/crc32c.h"
#include "transfer/manifest/manifest_writer.h"

namespace checkpointfs::cli {
namespace {

using base::Failure;
using base::FailureKind;
using Part = CopiedFile::Part;

// A directory that is removed with all in it, unless it gets its final name.
class NewDirectory {
 public:
  explicit NewDirectory(const std::string& path)
      : path_(path), partial_(base::format("{}.partial-{}", path, ::getpid())) {
    struct stat st = {};
    if (::lstat(path.c_str(), &st) == 0)
      throw Failure(FailureKind::kUsage,
                    base::format("{} exists; name another directory for the plan with -o", path));
    if (::mkdir(partial_.c_str(), 0777) != 0) base::throw_errno("cannot create directory", partial_);
  }
  ~NewDirectory() {
    std::error_code ignored;
    if (!done_) std::filesystem::remove_all(partial_, ignored);
  }
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  std::string operator/(const std::string& name) const { return base::join(partial_, name); }

  void finish() {
    if (::rename(partial_.c_str(), path_.c_str()) != 0) base::throw_errno("cannot rename to", path_);
    done_ = true;
  }

 private:
  const std::string path_;
  const std::string partial_;
  bool done_ = false;
};

std::string manifest_text(const CopiedSnapshot& copied) {
  std::string text;
  transfer::ManifestWriter writer([&](std::string_view more) { text += more; },
                                  {copied.snapshot.path, copied.snapshot.checkpoint_id});
  for (const CopiedFile& file : copied.files) {
    transfer::ManifestEntry entry;
    entry.name = file.name;
    entry.size = file.size;
    entry.uri = file.uri;
    if (file.segment) entry.segment_offset = file.start;
    writer.add(entry);
  }
  transfer::ManifestEntry metadata;
  metadata.name = flink::kMetadataFile;
  metadata.size = copied.metadata.size();
  transfer::Crc32c sum;
  sum.update(copied.metadata);
  metadata.crc32c = sum.value();
  writer.add(metadata);
  writer.finish();
  return text;
}

std::string rest_text(const CopiedSnapshot& copied) {
  std::string text;
  for (const CopiedFile& file : copied.files) {
    if (file.part != Part::kByHost) continue;
    if (const std::string_view problem = engines::path_problem(file.name); !problem.empty()) {
      throw Failure(FailureKind::kUsage,
                    base::format("the file {} of {} cannot be planned: {}; use 'checkpointfs export'",
                                 base::printable(file.name), copied.snapshot.path, problem));
    }
    text += file.name + "\n";
  }
  return text;
}

// Paths of the plan become words of a script that every sh(1) reads.
void require_plain(const std::string& name) {
  if (base::printable(name) == name) return;
  throw Failure(FailureKind::kUsage,
                base::format("{} has characters that a script cannot have; use 'checkpointfs export'",
                             base::printable(name)));
}

void make_executable(const std::string& path) {
  struct stat st = {};
  if (::stat(path.c_str(), &st) != 0 ||
      ::chmod(path.c_str(), (st.st_mode | (st.st_mode & 0444) >> 2) & 07777) != 0)
    base::throw_errno("cannot make executable", path);
}

}  // namespace

void write_plan(const CopyPlan& plan, const CopyEngine& engine, const std::string& path) {
  for (const CopiedSnapshot& copied : plan.snapshots) require_plain(copied.snapshot.path);
  for (const std::string& word : plan.scope) require_plain(word);
  require_plain(plan.target);
  NewDirectory directory(path);
  for (const CopiedSnapshot& copied : plan.snapshots) {
    const std::string own = directory / plan_directory(copied);
    std::filesystem::create_directories(own);
    base::replace_file(own + ".manifest.jsonl", manifest_text(copied));
    base::replace_file(base::join(own, flink::kMetadataFile), copied.metadata);
    for (const PlanFile& list : engine.lists(copied))
      base::replace_file(base::join(own, list.name), list.text);
    if (const std::string rest = rest_text(copied); !rest.empty())
      base::replace_file(base::join(own, "rest.list"), rest);
  }
  base::replace_file(directory / "plan.json", plan_json(plan));
  if (engine.has_commands()) {
    base::replace_file(directory / "run.sh", run_script(plan, engine));
    make_executable(directory / "run.sh");
  }
  directory.finish();
}

}  // namespace checkpointfs::cli
