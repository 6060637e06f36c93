// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/transfer/checks.h"

#include <string>
#include <vector>

#include "base/text/message.h"
#include "transfer/manifest/manifest_reader.h"
#include "transfer/manifest/manifest_writer.h"
#include "transfer/verify/listing.h"

namespace checkpointfs::fuzz {
namespace {

struct ManifestContent {
  transfer::ManifestHeader header;
  std::vector<transfer::ManifestEntry> entries;
  std::optional<base::InputError> error;
};

ManifestContent content_of(std::string_view bytes) {
  ManifestContent content;
  transfer::ManifestReader reader(transfer::bytes_of_text(bytes));
  const auto header = reader.read_header();
  if (!header.has_value()) {
    content.error = header.error();
    return content;
  }
  content.header = *header;
  for (;;) {
    auto entry = reader.next();
    if (!entry.has_value()) content.error = entry.error();
    if (!entry.has_value() || !*entry) return content;
    content.entries.push_back(std::move(**entry));
  }
}

std::string problem_of(const base::InputError& error, std::string_view bytes) {
  if (error.reason.empty() || error.field.empty()) return "a refusal without a line or a reason";
  if (error.offset > bytes.size()) return "a refusal beyond the end";
  return "";
}

}  // namespace

Verdict check_manifest(std::string_view bytes) {
  const ManifestContent content = content_of(bytes);
  if (content.error) return {false, problem_of(*content.error, bytes)};
  std::string written;
  transfer::ManifestWriter writer([&](std::string_view part) { written += part; }, content.header);
  for (const transfer::ManifestEntry& entry : content.entries) writer.add(entry);
  writer.finish();
  const ManifestContent again = content_of(written);
  if (again.error) return {true, "written again, it is refused: " + base::to_string(*again.error)};
  if (again.header != content.header || again.entries != content.entries)
    return {true, "written again, it is another manifest"};
  return {true, ""};
}

Verdict check_listing(std::string_view bytes) {
  Verdict verdict;
  for (const char* const form : {"", "hadoop-ls", "rclone-lsjson", "rclone-lsf", "s5cmd", "s5cmd-json",
                                 "hdfs-checksums", "s3-inventory=Bucket, Key, Size, IsLatest"}) {
    const auto files = transfer::read_listing(transfer::bytes_of_text(bytes), form);
    if (!files.has_value()) {
      verdict.problem = problem_of(files.error(), bytes);
    } else {
      verdict.accepted = true;
      for (const transfer::ListedFile& file : *files) {
        if (file.path.empty()) verdict.problem = "a file without a path";
      }
    }
    if (!verdict.problem.empty()) {
      verdict.problem = base::format("as '{}': {}", form, verdict.problem);
      return verdict;
    }
  }
  return verdict;
}

}  // namespace checkpointfs::fuzz
