// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/hadoop_listings.h"

#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/numbers.h"
#include "transfer/manifest/crc32c.h"
#include "transfer/verify/fields.h"

namespace checkpointfs::transfer {
namespace {

constexpr size_t kPermissions = 10;

std::optional<uint64_t> found_items(std::string_view line) {
  if (!take(line, "Found ")) return std::nullopt;
  const std::optional<uint64_t> items = base::parse_number<uint64_t>(take_word(line));
  return line == " items" || line == " item" ? items : std::nullopt;
}

bool are_permissions(std::string_view word) {
  if (word.size() == kPermissions + 1 && word.back() == '+') word.remove_suffix(1);
  return word.size() == kPermissions && (word[0] == '-' || word[0] == 'd') &&
         word.find_first_not_of("rwxsStT-", 1) == std::string_view::npos;
}

// Nothing if the line is no row.
std::optional<ListedFile> row(std::string_view line) {
  const std::string_view permissions = take_word(line);
  if (!are_permissions(permissions)) return std::nullopt;
  const std::string_view replication = take_word(line);
  if (replication != "-" && !base::parse_number<uint64_t>(replication)) return std::nullopt;
  take_word(line);  // the owner
  take_word(line);  // the group
  const std::optional<uint64_t> size = base::parse_number<uint64_t>(take_word(line));
  const bool dated = has_shape(take_word(line), "0000-00-00") && has_shape(take_word(line), "00:00");
  if (!size || !dated || !take(line, " ") || line.empty()) return std::nullopt;
  ListedFile file{.path = std::string(line), .directory = permissions[0] == 'd'};
  if (!file.directory) file.size = size;
  return file;
}

}  // namespace

std::string HadoopListing::add(std::string_view line, std::vector<ListedFile>& files) {
  if (const std::optional<uint64_t> items = found_items(line)) {
    if (std::string reason = finish(); !reason.empty()) return reason;
    missing_ = items;
    return "";
  }
  std::optional<ListedFile> file = row(line);
  if (!file) return "it is no line of 'hadoop fs -ls -R' (without -h, -C or -e)";
  if (missing_ && (*missing_)-- == 0) return "the directory has more items than were announced";
  files.push_back(std::move(*file));
  return "";
}

std::string HadoopListing::finish() {
  if (!missing_ || *missing_ == 0) return "";
  return base::format("the listing was cut short: {} missing", base::counted(*missing_, "item"));
}

// A name may have tabulators, the two other fields have none.
std::string HadoopChecksums::add(std::string_view line, std::vector<ListedFile>& files) {
  const size_t second = line.rfind('\t');
  const size_t first = second == 0 ? std::string_view::npos : line.rfind('\t', second - 1);
  if (second == std::string_view::npos || first == std::string_view::npos || first == 0)
    return "it is no line of 'hadoop fs -checksum': path, algorithm and sum between tabulators";
  const std::string_view algorithm = line.substr(first + 1, second - first - 1);
  ListedFile file{.path = std::string(line.substr(0, first))};
  if (algorithm == "COMPOSITE-CRC32C") {
    file.crc32c = crc32c_from_text(line.substr(second + 1));
    if (!file.crc32c) return "the sum is no CRC32C of eight hexadecimal digits";
  } else if (algorithm == "MD5-of-0MD5-of-0CRC32") {
    // HDFS has this sum, of no block at all, for an empty file in every mode.
    file.size = 0;
    file.crc32c = 0;
  } else {
    file.unusable_sum = algorithm;
  }
  files.push_back(std::move(file));
  return "";
}

}  // namespace checkpointfs::transfer
