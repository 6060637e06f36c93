// SPDX-License-Identifier: Apache-2.0
#include "cli/verification/copy_arguments.h"

#include <array>
#include <string_view>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "transfer/verify/listing.h"

namespace checkpointfs::cli {
namespace {

constexpr std::string_view kSuffix = ".manifest.jsonl";
constexpr std::array kOnlyCopies = {"listing", "listing-format", "hdfs-checksums",
                                    "target",  "sizes-only",     "without-metadata"};
constexpr std::array kOnlySnapshots = {"deep", "newest-usable", "job", "index", "map"};

[[noreturn]] void refuse(const std::string& message) {
  throw base::Failure(base::FailureKind::kUsage, message);
}

std::optional<std::string> value_of(const Invocation& invocation, const char* option) {
  return invocation.has(option) ? std::optional(invocation.text(option)) : std::nullopt;
}

// The copy lies beside its manifest.
std::string directory_of(const std::string& manifest) {
  if (!manifest.ends_with(kSuffix) || manifest.size() == kSuffix.size() ||
      manifest[manifest.size() - kSuffix.size() - 1] == '/') {
    refuse(base::format(
        "the name of {} does not tell the directory of the copy; name it as well: verify --manifest {} DIR",
        base::printable(manifest), base::printable(manifest)));
  }
  return manifest.substr(0, manifest.size() - kSuffix.size());
}

}  // namespace

void add_copy_options(OptionGroup& group) {
  add_value(group, "manifest", "FILE", "check the copy that this manifest describes");
  add_flag(group, "sizes-only", "with --manifest: read no file, compare names and sizes");
  add_flag(group, "without-metadata", "with --manifest: the copy has no _metadata yet");
  add_value(group, "listing", "FILE", "with --manifest: compare with a listing of the store (- for stdin)");
  add_value(group, "listing-format", "FORMAT", "the form of the listing, if it is not recognised");
  add_value(group, "hdfs-checksums", "FILE",
            "with --manifest: compare with the output of 'hadoop fs -checksum'");
  add_value(group, "target", "DIR", "the directory of the copy, as the listing spells it");
}

CopyArguments copy_arguments(const Invocation& invocation) {
  for (const char* const option : kOnlySnapshots) refuse_both(invocation, "manifest", option);
  CopyArguments arguments;
  arguments.manifest = absolute_path(invocation.text("manifest"));
  arguments.listing = value_of(invocation, "listing");
  arguments.hdfs_checksums = value_of(invocation, "hdfs-checksums");
  arguments.listing_form = invocation.text("listing-format");
  arguments.target = invocation.text("target");
  if (invocation.has("sizes-only")) arguments.content = transfer::Content::kLeftAlone;
  if (invocation.has("without-metadata")) arguments.metadata = transfer::MetadataFile::kLeftOut;
  const bool listed = arguments.listing || arguments.hdfs_checksums;
  if (arguments.listing == "-" && arguments.hdfs_checksums == "-")
    refuse("--listing and --hdfs-checksums cannot both be read from standard input");
  if (invocation.has("listing-format") && !arguments.listing) refuse("--listing-format needs --listing");
  if (invocation.has("listing-format") && !transfer::make_listing_form(arguments.listing_form)) {
    refuse(base::format("--listing-format {}: the forms are {}", base::printable(arguments.listing_form),
                        transfer::listing_form_names()));
  }
  if (!listed) {
    if (invocation.has("target")) refuse("--target needs --listing or --hdfs-checksums");
    require_operands(invocation, 0, 1, "DIR");
    arguments.directory = absolute_path(invocation.operands.empty() ? directory_of(arguments.manifest)
                                                                    : invocation.operands.front());
    return arguments;
  }
  refuse_both(invocation, "sizes-only", arguments.listing ? "listing" : "hdfs-checksums");
  if (!invocation.operands.empty())
    refuse("a directory and a listing exclude each other; check them by one command each");
  return arguments;
}

void require_no_copy_options(const Invocation& invocation) {
  for (const char* const option : kOnlyCopies) {
    if (invocation.has(option)) refuse(base::format("--{} needs --manifest", option));
  }
}

}  // namespace checkpointfs::cli
