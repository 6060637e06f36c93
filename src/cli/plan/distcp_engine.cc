// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/distcp_engine.h"

#include <algorithm>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "engines/hadoop.h"
#include "engines/uri_kinds.h"
#include "flink/uri.h"

namespace checkpointfs::cli {
namespace {

bool is_hdfs(std::string_view uri) {
  return uri.starts_with("hdfs:");
}

class DistCp : public CopyEngine {
 public:
  std::string_view name() const override { return "distcp"; }

  std::string target(const std::string& given) const override {
    const auto uri = flink::parse_uri(given);
    if (!uri || uri->scheme == "file")
      throw base::Failure(
          base::FailureKind::kUsage,
          base::format(
              "{} is not a target for DistCp; give a URI such as hdfs://NAME/backup or s3a://BUCKET/backup",
              given));
    std::string target = engines::hadoop_uri(given);
    while (target.ends_with('/')) target.pop_back();
    return target;
  }

  std::string source(const std::string& uri, const std::string&) const override {
    return engines::is_local(uri) ? uri : engines::hadoop_uri(uri);
  }

  std::string problem(const CopiedFile& file) const override {
    // It names every copy after its source.
    if (base::last_component(file.from) != file.name)
      return base::format("DistCp cannot rename it, from {}", base::last_component(file.from));
    return std::string(engines::distcp_problem(file.from));
  }
  std::string directory_problem(const std::string& target) const override {
    return std::string(engines::distcp_problem(target));
  }

  // The list is named by a URI.
  std::string plan_problem(const std::string& directory) const override {
    return std::string(engines::distcp_problem("hdfs:" + directory));
  }

  std::vector<PlanFile> lists(const CopiedSnapshot& snapshot) const override {
    std::string list;
    std::string rest;
    for (const CopiedFile& file : snapshot.files) {
      if (file.part == CopiedFile::Part::kByEngine) list += engines::distcp_line(file.from) + "\n";
      if (file.part == CopiedFile::Part::kByHost) rest += engines::hadoop_put_argument(file.name) + "\n";
    }
    std::vector<PlanFile> files;
    if (!list.empty()) files.push_back({"distcp.list", list});
    if (!rest.empty()) files.push_back({"put.list", rest});
    return files;
  }

  // Without the directory, the target of a list with one file would become that file.
  std::string prepare(const CopiedSnapshot&) const override { return "hadoop fs -mkdir -p \"$TO\"\n"; }

  // -update: without it, a file that is too short is skipped, with exit code 0. -pbc: the block size and the
  // kind of checksum, so that DistCp's comparison of checksums means the bytes. -direct: no renames on S3.
  std::string copy(const CopiedSnapshot& snapshot) const override {
    const bool hdfs_only =
        is_hdfs(snapshot.target) && std::ranges::all_of(snapshot.files, [](const CopiedFile& file) {
          return file.part != CopiedFile::Part::kByEngine || is_hdfs(file.from);
        });
    const char* options = hdfs_only ? " -pbc" : engines::s3_scheme(snapshot.target).empty() ? "" : " -direct";
    return base::format(
        "# shellcheck disable=SC2086  # DISTCP_OPTIONS are several words\n"
        "hadoop distcp ${{DISTCP_OPTIONS:-}} -update{} -f \"file://$DIR/distcp.list\" \"$TO\"\n",
        options);
  }

  std::string put_rest(const CopiedSnapshot&) const override {
    return "(cd \"$DIR/rest\" && xargs -n 200 sh -c 'hadoop fs -put -f \"$@\" \"$0/\"' \"$TO\" <\"$DIR/put.list\")\n";
  }
  std::string list_target(const CopiedSnapshot&) const override { return "hadoop fs -ls \"$TO\""; }
  std::string_view listing_format() const override { return "hadoop-ls"; }
  std::string put_metadata(const CopiedSnapshot&) const override {
    return "(cd \"$DIR\" && hadoop fs -put -f _metadata \"$TO/_metadata\")\n";
  }
};

}  // namespace

std::unique_ptr<CopyEngine> distcp_engine() {
  return std::make_unique<DistCp>();
}

}  // namespace checkpointfs::cli
