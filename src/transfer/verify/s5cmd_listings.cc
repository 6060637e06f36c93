// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/s5cmd_listings.h"

#include "base/text/numbers.h"
#include "transfer/verify/fields.h"
#include "transfer/verify/json_row.h"

namespace checkpointfs::transfer {
namespace {

constexpr std::string_view kDate = "0000/00/00 00:00:00";

// "STANDARD_IA", of -s.
bool is_storage_class(std::string_view word) {
  return !word.empty() && word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos;
}

// An MD5, with "-N" behind it if the object has N parts; of -e. Too long for a size.
bool is_etag(std::string_view word) {
  constexpr size_t kMd5 = 32;
  if (word.size() < kMd5) return false;
  std::string_view parts = word.substr(kMd5);
  return word.substr(0, kMd5).find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         (parts.empty() || (take(parts, "-") && base::parse_number<uint64_t>(parts)));
}

}  // namespace

std::string S5cmdListing::add(std::string_view line, std::vector<ListedFile>& files) {
  const std::string_view date = line.substr(0, kDate.size());
  ListedFile file{.directory = date == std::string(kDate.size(), ' ')};
  if (file.directory || has_shape(date, kDate)) {
    line.remove_prefix(kDate.size());
    std::string_view word = take_word(line);
    if (!file.directory && is_storage_class(word)) word = take_word(line);
    if (!file.directory && is_etag(word)) word = take_word(line);
    file.size = base::parse_number<uint64_t>(word);
    const bool sized = file.directory ? word == "DIR" : file.size.has_value();
    if (sized && take(line, "  ")) {
      add_key(std::move(file), line, files);
      return "";
    }
  }
  return "it is no line of 's5cmd ls' (without -H and --show-fullpath)";
}

std::string S5cmdJsonListing::add(std::string_view line, std::vector<ListedFile>& files) {
  const JsonRow row(line);
  if (const auto error = row.text("error")) return "s5cmd has failed: " + *error;
  auto path = row.text("key");
  const auto type = row.text("type");
  const bool directory = type == "directory";
  if (!path || !path->starts_with("s3://") || (!directory && type != "file"))
    return "it is no line of 's5cmd --json ls'";
  ListedFile file{.directory = directory};
  if (!directory) file.size = row.number("size").value_or(0);  // s5cmd leaves a size of 0 out
  add_key(std::move(file), *path, files);
  return "";
}

}  // namespace checkpointfs::transfer
