// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/rclone_listings.h"

#include "base/text/numbers.h"
#include "transfer/verify/fields.h"
#include "transfer/verify/json_row.h"

namespace checkpointfs::transfer {
namespace {

std::string add_object(std::string_view line, std::vector<ListedFile>& files) {
  const JsonRow row(line);
  const auto path = row.text("Path");
  const auto directory = row.truth("IsDir");
  if (!path || path->empty() || !directory) return "it is no line of 'rclone lsjson'";
  ListedFile file{.path = *path, .directory = *directory};
  if (!file.directory) file.size = row.number("Size");  // -1 if the store does not know it
  if (const auto sum = row.text("Hashes", "sha256")) file.sha256 = sha256_from_text(*sum);
  files.push_back(std::move(file));
  return "";
}

}  // namespace

std::string RcloneJsonListing::add(std::string_view line, std::vector<ListedFile>& files) {
  switch (expected_) {
    case Expected::kOpening:
      if (line != "[") return "the output of 'rclone lsjson' begins with a line '['";
      expected_ = Expected::kFirst;
      return "";
    case Expected::kFirst:
    case Expected::kNext: {
      const bool last = !line.ends_with(',');
      if (line == "]" && expected_ == Expected::kFirst) {
        expected_ = Expected::kNothing;
        return "";
      }
      if (!last) line.remove_suffix(1);
      expected_ = last ? Expected::kClosing : Expected::kNext;
      return add_object(line, files);
    }
    case Expected::kClosing:
      if (line != "]") return "a line ']' must follow the last object";
      expected_ = Expected::kNothing;
      return "";
    case Expected::kNothing:
      break;
  }
  return "the listing goes on after its end";
}

std::string RcloneJsonListing::finish() {
  return expected_ == Expected::kNothing ? "" : "the listing was cut short: its last line is not ']'";
}

std::string RcloneListing::add(std::string_view line, std::vector<ListedFile>& files) {
  const bool unknown = take(line, "-1;");
  std::optional<uint64_t> size;
  if (!unknown) {
    const size_t semicolon = line.find(';');
    size = base::parse_number<uint64_t>(line.substr(0, semicolon));
    if (!size || semicolon == std::string_view::npos) return "it is no line of 'rclone lsf --format sp'";
    line.remove_prefix(semicolon + 1);
  }
  ListedFile file{.directory = line.ends_with('/'), .size = size};
  if (file.directory) line.remove_suffix(1);
  if (line.empty()) return "it is no line of 'rclone lsf --format sp': the name is missing";
  file.path = line;
  files.push_back(std::move(file));
  return "";
}

}  // namespace checkpointfs::transfer
