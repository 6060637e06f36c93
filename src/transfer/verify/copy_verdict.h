// SPDX-License-Identifier: Apache-2.0
// The verdict on a copy: all files of its manifest are there, or they are not, and how much of that was
// proven.
//
// Engines that copy files exit with 0 though files are missing, short or wrong, so that completeness is
// proven from the manifest alone. ExpectedFiles (expected_files.h) yields the files of a manifest, once the
// whole manifest was found sound. check_directory() reads the copy itself. check_listings() takes the word of
// a program that lists a store which is not mounted: read_listing() (listing.h) knows the forms of these
// lists, each in a file of its own. Both count in the verdict what they compared: names, sizes, content.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace checkpointfs::transfer {

enum class CopyProblem : uint8_t { kMissing, kShort, kLong, kDifferent, kNotAFile, kUnreadable };

// "missing", "short", "long", "different", "not a regular file", "unreadable".
std::string_view to_string(CopyProblem problem);

struct CopyFinding {
  std::string name;  // as in the manifest
  CopyProblem problem = CopyProblem::kMissing;
  std::string reason;  // one sentence
};

struct CopyVerdict {
  std::string target;  // the directory that was looked at, as the user or the listing spells it
  // The sums of the manifest:
  uint64_t files = 0;
  uint64_t bytes = 0;
  // Files without a problem whose size was compared, and whose content was. Content implies the size.
  uint64_t sizes = 0;
  uint64_t contents = 0;
  uint64_t problems = 0;    // files with one
  uint64_t additional = 0;  // names in the target, but not in the manifest
  uint64_t bytes_read = 0;
  std::string unusable_sum;  // an algorithm whose sums the listing has, but the manifest has not
};

// Receives the findings: problems in the order of the manifest, then additional names.
struct CopyFindings {
  std::function<void(const CopyFinding&)> problem;
  std::function<void(const std::string& name)> additional;
  std::function<void(uint64_t done, uint64_t all)> progress;  // in files
};

// The finding that the size is wrong. REQUIRES: it is.
CopyFinding size_finding(const std::string& name, uint64_t expected, uint64_t found);

}  // namespace checkpointfs::transfer
