// SPDX-License-Identifier: Apache-2.0
#include "cli/verification/verify_copy.h"

#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/named_file.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/unique_fd.h"
#include "cli/output/long_work.h"
#include "cli/verification/copy_arguments.h"
#include "cli/verification/copy_report.h"
#include "transfer/verify/listing.h"
#include "transfer/verify/listing_check.h"

namespace checkpointfs::cli {
namespace {

constexpr uint64_t kShown = 20;  // problems, and additional files

std::vector<transfer::ListedFile> read_listing_file(const std::string& path, std::string_view form) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  const base::UniqueFd fd = standard_input ? base::UniqueFd() : base::open_named(path);
  auto listing =
      transfer::read_listing(transfer::bytes_of_file(standard_input ? STDIN_FILENO : fd.get(), name), form);
  if (listing.has_value()) return std::move(*listing);
  throw base::Failure(base::FailureKind::kInput,
                      base::format("{}: {}: {}", base::printable(name), listing.error().field,
                                   base::printable(listing.error().reason)));
}

transfer::CopyVerdict check(const CopyArguments& arguments, transfer::ExpectedFiles& expected,
                            const transfer::CopyFindings& findings) {
  if (!arguments.listing && !arguments.hdfs_checksums)
    return transfer::check_directory(expected, arguments.directory, arguments.content, findings);
  std::vector<std::vector<transfer::ListedFile>> listings;
  if (arguments.hdfs_checksums)
    listings.push_back(read_listing_file(*arguments.hdfs_checksums, "hdfs-checksums"));
  if (arguments.listing) listings.push_back(read_listing_file(*arguments.listing, arguments.listing_form));
  return transfer::check_listings(expected, std::move(listings), arguments.target, findings);
}

}  // namespace

ExitCode verify_copy(const Invocation& invocation) {
  const CopyArguments arguments = copy_arguments(invocation);
  transfer::ExpectedFiles expected(arguments.manifest, arguments.metadata);
  std::unique_ptr<CopyReport> report;
  if (invocation.has("json")) {
    report = std::make_unique<CopyJsonReport>();
  } else {
    report = std::make_unique<CopyTextReport>(invocation.has("verbose") ? UINT64_MAX : kShown);
  }
  LongWork work("verifying", "file", "nothing was changed; run the command again");
  const transfer::CopyFindings findings = {
      .problem = [&](const transfer::CopyFinding& finding) { report->add(finding); },
      .additional = [&](const std::string& name) { report->add_additional(name); },
      .progress = [&](uint64_t done, uint64_t all) { work.update(done, all); }};
  const transfer::CopyVerdict verdict = check(arguments, expected, findings);
  report->finish(expected.header(), verdict, arguments.metadata);
  return exit_code_of(verdict);
}

}  // namespace checkpointfs::cli
