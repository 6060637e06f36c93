// SPDX-License-Identifier: Apache-2.0
// The options of `verify --manifest`.
#pragma once

#include <optional>
#include <string>

#include "cli/arguments/command.h"
#include "transfer/verify/directory_check.h"
#include "transfer/verify/expected_files.h"

namespace checkpointfs::cli {

struct CopyArguments {
  std::string manifest;
  std::string directory;                      // absolute; "" if there are listings
  std::optional<std::string> listing;         // a file, or "-"
  std::string listing_form;                   // "" to recognise it
  std::optional<std::string> hdfs_checksums;  // a file, or "-"
  std::string target;                         // in the listings; "" if it was not given
  transfer::Content content = transfer::Content::kRead;
  transfer::MetadataFile metadata = transfer::MetadataFile::kExpected;
};

// Adds --manifest and the options that only it allows.
void add_copy_options(OptionGroup& group);

// Throws Failure(kUsage) for options that exclude each other, or an unknown form of listings.
CopyArguments copy_arguments(const Invocation& invocation);

// Throws Failure(kUsage) if an option was given that only --manifest allows. REQUIRES: no --manifest.
void require_no_copy_options(const Invocation& invocation);

}  // namespace checkpointfs::cli
