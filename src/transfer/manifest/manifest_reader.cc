// SPDX-License-Identifier: Apache-2.0
#include "transfer/manifest/manifest_reader.h"

#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include "base/text/json_escapes.h"
#include "base/text/message.h"

namespace checkpointfs::transfer {
namespace {

constexpr size_t kLongestName = 255;

// The members of one line. The first error stays; once there is one, all values are empty.
class Members {
 public:
  explicit Members(std::string_view line) {
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(line, error);
    if (error || !value.is_object()) {
      reason_ = "it is no JSON object";
    } else {
      object_ = std::move(value.get_object());
    }
  }

  bool has(std::string_view key) const { return object_.contains(key); }

  template <typename Number>
  std::optional<Number> number(std::string_view key) {
    return converted<Number>(key, "no number that fits");
  }
  std::optional<std::string> text(std::string_view key) {
    std::optional<std::string> escaped = converted<std::string>(key, "no string");
    if (escaped) *escaped = base::without_byte_escapes(*escaped);
    return escaped;
  }
  template <typename Sum>
  std::optional<Sum> sum(std::string_view key, std::optional<Sum> (*from_text)(std::string_view)) {
    const std::optional<std::string> digits = text(key);
    if (!digits) return std::nullopt;
    const std::optional<Sum> sum = from_text(*digits);
    if (!sum) fail(base::format("{} is no check sum in lower-case hexadecimal digits", key));
    return sum;
  }
  std::optional<uint64_t> segment_offset() {
    const boost::json::value* const segment = object_.if_contains("segment");
    if (segment == nullptr) return std::nullopt;
    const boost::json::object* const range = segment->if_object();
    const boost::json::value* const offset = range == nullptr ? nullptr : range->if_contains("offset");
    if (offset != nullptr) {
      const auto number = boost::json::try_value_to<uint64_t>(*offset);
      if (number.has_value()) return *number;
    }
    fail("segment has no offset that is a number");
    return std::nullopt;
  }

  void require(bool condition, std::string_view reason) {
    if (!condition) fail(std::string(reason));
  }
  const std::string& reason() const { return reason_; }

 private:
  template <typename Value>
  std::optional<Value> converted(std::string_view key, std::string_view problem) {
    const boost::json::value* const value = object_.if_contains(key);
    if (value == nullptr) return std::nullopt;
    const auto converted = boost::json::try_value_to<Value>(*value);
    if (converted.has_value()) return *converted;
    fail(base::format("{} is {}", key, problem));
    return std::nullopt;
  }
  void fail(std::string reason) {
    if (reason_.empty()) reason_ = std::move(reason);
  }

  boost::json::object object_;
  std::string reason_;
};

}  // namespace

bool is_manifest_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name != "." && name != ".." &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

base::Result<ManifestHeader> ManifestReader::read_header() {
  const auto line = lines_.next();
  if (!line.has_value()) return line.error();
  if (!*line) return base::InputError{0, "line 1", "the manifest is empty", true};
  sum_.update(**line);
  sum_.update("\n");
  Members members(**line);
  const std::optional<int64_t> version = members.number<int64_t>("manifest");
  members.require(version.has_value(), "it does not begin a manifest: it has no member \"manifest\"");
  members.require(version == kManifestVersion, "this program reads manifests of version 1 only");
  ManifestHeader header;
  const std::optional<std::string> snapshot = members.text("snapshot");
  members.require(snapshot.has_value(), "snapshot is missing");
  header.checkpoint_id = members.number<int64_t>("checkpoint_id");
  if (!members.reason().empty()) return lines_.error(members.reason());
  header.snapshot = *snapshot;
  return header;
}

base::Result<std::optional<ManifestEntry>> ManifestReader::next() {
  const auto line = lines_.next();
  if (!line.has_value()) return line.error();
  if (!*line) {
    return base::InputError{lines_.offset(), base::format("after line {}", lines_.line()),
                            "the manifest was cut short: it has no last line with the number of files", true};
  }
  Members members(**line);
  if (members.has("files") && !members.has("name")) return read_end(**line);
  sum_.update(**line);
  sum_.update("\n");
  ManifestEntry entry;
  const std::optional<std::string> name = members.text("name");
  const std::optional<uint64_t> size = members.number<uint64_t>("size");
  members.require(name.has_value(), "name is missing");
  members.require(name && is_manifest_name(*name), "name is not the name of a file in a directory");
  members.require(size.has_value(), "size is missing");
  entry.uri = members.text("uri").value_or("");
  entry.segment_offset = members.segment_offset();
  entry.crc32c = members.sum("crc32c", &crc32c_from_text);
  entry.sha256 = members.sum("sha256", &sha256_from_text);
  members.require(!__builtin_add_overflow(bytes_, size.value_or(0), &bytes_),
                  "the sum of all sizes is too large");
  if (!members.reason().empty()) return lines_.error(members.reason());
  entry.name = *name;
  entry.size = *size;
  ++files_;
  return std::optional(std::move(entry));
}

base::Result<std::optional<ManifestEntry>> ManifestReader::read_end(std::string_view line) {
  Members members(line);
  const std::optional<uint64_t> files = members.number<uint64_t>("files");
  const std::optional<uint64_t> bytes = members.number<uint64_t>("bytes");
  const std::optional<uint32_t> sum = members.sum("crc32c", &crc32c_from_text);
  members.require(files == files_,
                  base::format("it counts {} files, but {} stand above it", files.value_or(0), files_));
  members.require(bytes.has_value(), "bytes is missing");
  members.require(bytes == bytes_, base::format("it counts {} bytes, but the files above it have {}",
                                                bytes.value_or(0), bytes_));
  members.require(!sum || sum == sum_.value(), "the lines above it were changed: they have another CRC32C");
  if (!members.reason().empty()) return lines_.error(members.reason());
  const auto more = lines_.next();
  if (!more.has_value()) return more.error();
  if (*more) return lines_.error("the manifest goes on after the line that counts its files");
  return std::optional<ManifestEntry>();
}

}  // namespace checkpointfs::transfer
