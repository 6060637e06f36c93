// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/csv_engine.h"

#include "base/errors.h"
#include "base/text/message.h"
#include "engines/path_list.h"
#include "engines/uri_kinds.h"
#include "flink/uri.h"

namespace checkpointfs::cli {
namespace {

class Csv : public CopyEngine {
 public:
  std::string_view name() const override { return "csv"; }

  std::string target(const std::string& given) const override {
    if (!flink::parse_uri(given))
      throw base::Failure(base::FailureKind::kUsage,
                          base::format("{} is not an absolute URI, such as s3://BUCKET/backup", given));
    std::string target = given;
    while (target.ends_with('/')) target.pop_back();
    return target;
  }
  std::string source(const std::string& uri, const std::string&) const override { return uri; }
  std::string problem(const CopiedFile&) const override { return {}; }
  std::string directory_problem(const std::string&) const override { return {}; }

  std::vector<PlanFile> lists(const CopiedSnapshot& snapshot) const override {
    std::string text = "source,target\r\n";
    for (const CopiedFile& file : snapshot.files) {
      if (file.part == CopiedFile::Part::kByEngine)
        text += base::format("{},{}\r\n", engines::csv_field(file.from), engines::csv_field(file.to));
    }
    return {{"copy.csv", text}};
  }

  std::string prepare(const CopiedSnapshot&) const override { return {}; }
  std::string copy(const CopiedSnapshot&) const override { return {}; }
  std::string put_rest(const CopiedSnapshot&) const override { return {}; }
  std::string list_target(const CopiedSnapshot&) const override { return {}; }
  std::string_view listing_format() const override { return ""; }
  std::string put_metadata(const CopiedSnapshot&) const override { return {}; }
  bool has_commands() const override { return false; }
};

}  // namespace

std::unique_ptr<CopyEngine> csv_engine() {
  return std::make_unique<Csv>();
}

}  // namespace checkpointfs::cli
