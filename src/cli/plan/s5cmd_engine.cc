// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/s5cmd_engine.h"

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "engines/s5cmd.h"
#include "engines/uri_kinds.h"

namespace checkpointfs::cli {
namespace {

std::string with_s3(std::string_view uri) {
  const std::string_view scheme = engines::s3_scheme(uri);
  return scheme.empty() ? std::string(uri) : "s3://" + std::string(uri.substr(scheme.size()));
}

class S5cmd : public CopyEngine {
 public:
  std::string_view name() const override { return "s5cmd"; }

  std::string target(const std::string& given) const override {
    std::string target = with_s3(given);
    while (target.ends_with('/')) target.pop_back();
    if (engines::s3_scheme(target).size() >= target.size() || engines::s3_scheme(target).empty())
      throw base::Failure(
          base::FailureKind::kUsage,
          base::format("{} is not a target for s5cmd, which copies within S3; give s3://BUCKET/PREFIX",
                       given));
    return target;
  }
  std::string source(const std::string& uri, const std::string&) const override { return with_s3(uri); }

  std::string problem(const CopiedFile& file) const override {
    for (const std::string& uri : {file.from, file.to}) {
      if (const std::string_view problem = engines::s5cmd_problem(uri); !problem.empty())
        return std::string(problem);
    }
    if (file.size > engines::kLargestS5cmdCopy) return "s5cmd copies nothing above 5 GiB within S3";
    return {};
  }
  std::string directory_problem(const std::string& target) const override {
    // `s5cmd ls` and uploads of directories take patterns.
    if (target.find_first_of("*?[]") != std::string::npos)
      return "s5cmd would take it for a pattern (* ? [ ])";
    return std::string(engines::s5cmd_problem(target));
  }

  std::vector<PlanFile> lists(const CopiedSnapshot& snapshot) const override {
    std::string text;
    for (const CopiedFile& file : snapshot.files) {
      if (file.part == CopiedFile::Part::kByEngine)
        text += engines::s5cmd_copy_line(file.from, file.to) + "\n";
    }
    if (text.empty()) return {};
    return {{"s5cmd.list", text}};
  }

  std::string prepare(const CopiedSnapshot&) const override { return {}; }  // S3 has no directories

  // -n -s skips objects that are there with the same size, for two requests each.
  std::string copy(const CopiedSnapshot&) const override {
    return "if [ -e \"$DIR/begun\" ]; then\n"
           "  sed 's/^cp --raw /cp -n -s --raw /' \"$DIR/s5cmd.list\" >\"$DIR/s5cmd-again.list\"\n"
           "  s5cmd run \"$DIR/s5cmd-again.list\"\n"
           "else\n"
           "  : >\"$DIR/begun\"\n"
           "  s5cmd run \"$DIR/s5cmd.list\"\n"
           "fi\n";
  }
  std::string put_rest(const CopiedSnapshot&) const override { return "s5cmd cp \"$DIR/rest/\" \"$TO/\"\n"; }
  std::string list_target(const CopiedSnapshot&) const override { return "s5cmd --json ls \"$TO/*\""; }
  std::string_view listing_format() const override { return "s5cmd-json"; }
  std::string put_metadata(const CopiedSnapshot&) const override {
    return "s5cmd cp --raw \"$DIR/_metadata\" \"$TO/_metadata\"\n";
  }
};

}  // namespace

std::unique_ptr<CopyEngine> s5cmd_engine() {
  return std::make_unique<S5cmd>();
}

}  // namespace checkpointfs::cli
