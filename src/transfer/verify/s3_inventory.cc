// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/s3_inventory.h"

#include <algorithm>
#include <optional>

#include "base/text/hex.h"
#include "base/text/message.h"
#include "base/text/numbers.h"
#include "transfer/verify/fields.h"

namespace checkpointfs::transfer {
namespace {

// The fields of a row, in which "" stands for a quotation mark. Nothing if the quotation marks are wrong.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  for (;;) {
    std::string field;
    if (take(line, "\"")) {
      for (;;) {
        if (line.empty()) return std::nullopt;
        const char c = line.front();
        line.remove_prefix(1);
        if (c == '"' && !take(line, "\"")) break;
        field += c;
      }
    } else {
      field = line.substr(0, line.find(','));
      line.remove_prefix(field.size());
    }
    fields.push_back(std::move(field));
    if (line.empty()) return fields;
    if (!take(line, ",")) return std::nullopt;
  }
}

std::optional<std::string> url_decoded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (take(text, "%")) {
      const auto byte = text.size() < 2 ? std::nullopt : base::bytes_from_hex(text.substr(0, 2));
      if (!byte) return std::nullopt;
      out += *byte;
      text.remove_prefix(2);
    } else {
      out += text.front() == '+' ? ' ' : text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

std::unique_ptr<ListingForm> S3Inventory::with_columns(std::string_view columns) {
  std::vector<std::string> names;
  for (;;) {
    const std::string_view name = columns.substr(0, columns.find(','));
    const size_t begin = std::min(name.find_first_not_of(' '), name.size());
    names.emplace_back(name.substr(begin, name.find_last_not_of(' ') + 1 - begin));
    if (name.size() == columns.size()) break;
    columns.remove_prefix(name.size() + 1);
  }
  if (std::ranges::count(names, "Key") != 1) return nullptr;
  return std::make_unique<S3Inventory>(std::move(names));
}

std::string S3Inventory::add(std::string_view line, std::vector<ListedFile>& files) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto fields = fields_of(line);
  if (!fields) return "it is no row of CSV";
  if (fields->size() != columns_.size())
    return base::format("it has {} fields, but there are {} columns", fields->size(), columns_.size());
  const auto field = [&](std::string_view column) -> std::string {
    const auto found = std::ranges::find(columns_, column);
    return found == columns_.end() ? "" : (*fields)[static_cast<size_t>(found - columns_.begin())];
  };
  const std::optional<std::string> key = url_decoded(field("Key"));
  if (!key || key->empty()) return "the key is not URL-encoded, as in an inventory";
  const std::string size = field("Size");
  if (!size.empty() && !base::parse_number<uint64_t>(size)) return "the size is no number";
  if (field("IsLatest") == "false" || field("IsDeleteMarker") == "true") return "";
  const std::string bucket = field("Bucket");
  add_key({.size = base::parse_number<uint64_t>(size)},
          bucket.empty() ? *key : base::format("s3://{}/{}", bucket, *key), files);
  return "";
}

}  // namespace checkpointfs::transfer
