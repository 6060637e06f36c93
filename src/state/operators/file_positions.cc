// SPDX-License-Identifier: Apache-2.0
#include "state/operators/file_positions.h"

#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "state/operators/position_fields.h"

namespace checkpointfs::state {
namespace {

constexpr int32_t kPendingMagic = static_cast<int32_t>(0xDEADBEEF);
constexpr int64_t kNoOffset = -1;  // CheckpointedPosition.NO_OFFSET
constexpr uint64_t kLeastHost = 2;
constexpr int kNoPort = -1;

// 7 bits a byte, low ones first.
uint32_t varint(base::ByteCursor& in, const char* field) {
  uint32_t value = 0;
  for (int shift = 0; shift < 32; shift += 7) {
    const uint8_t byte = in.u8(field);
    value |= static_cast<uint32_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  in.fail(field, "a number of more than 32 bits");
  return 0;
}

void append_modified(std::string& out, uint32_t unit) {
  if (unit != 0 && unit < 0x80) {
    out += static_cast<char>(unit);
  } else if (unit < 0x800) {
    out += static_cast<char>(0xC0 | unit >> 6);
    out += static_cast<char>(0x80 | (unit & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | unit >> 12);
    out += static_cast<char>(0x80 | (unit >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (unit & 0x3F));
  }
}

// StringUtils.writeNullableString: boolean | (varint length + 1 | length x varint UTF-16 unit)
std::optional<std::string> nullable_string(base::ByteCursor& in, const char* field) {
  if (!flag_field(in, field)) return std::nullopt;
  const uint32_t length = varint(in, field);
  require(in, length > 0 && length - 1 <= in.remaining(), field);
  std::string modified;
  for (uint32_t i = 1; i < length && in.ok(); ++i) {
    const uint32_t unit = varint(in, field);
    require(in, unit <= 0xFFFF, field);
    append_modified(modified, unit & 0xFFFF);
  }
  std::optional<std::string> text = base::utf8_from_modified(modified);
  require(in, text.has_value(), field);
  return text;
}

// Path: boolean | nullable scheme, user, host | int port | nullable path, query, fragment
std::string path_field(base::ByteCursor& in) {
  require(in, flag_field(in, "has_path"), "has_path");
  const auto scheme = nullable_string(in, "scheme");
  const auto user = nullable_string(in, "user");
  const auto host = nullable_string(in, "host");
  const int32_t port = in.i32("port");
  const auto path = nullable_string(in, "path");
  const auto query = nullable_string(in, "query");
  const auto fragment = nullable_string(in, "fragment");
  require(in, path.has_value() && !path->empty(), "path");
  require(in, port >= kNoPort, "port");
  // As Path.toString() prints it.
  std::string uri;
  if (scheme) uri += base::format("{}:", *scheme);
  if (host) {
    uri += "//";
    if (user) uri += base::format("{}@", *user);
    uri += *host;
    if (port != kNoPort) uri += base::format(":{}", port);
  }
  if (path) uri += *path;
  return uri;
}

int32_t little_endian_int(base::ByteCursor& in, const char* field) {
  const std::string_view bytes = in.bytes(4, field);
  uint32_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i - 1]);
  return static_cast<int32_t>(value);
}

std::string_view little_endian_block(base::ByteCursor& in, const char* field) {
  const int32_t length = little_endian_int(in, field);
  require(in, length >= 0, field);
  return in.ok() ? in.bytes(static_cast<uint64_t>(length), field) : std::string_view{};
}

int32_t little_endian_count(base::ByteCursor& in, const char* field) {
  const int32_t count = little_endian_int(in, field);
  require(in, count >= 0 && static_cast<uint64_t>(count) * 4 <= in.remaining(), field);
  return in.ok() ? count : 0;
}

}  // namespace

// UTF id | path | long offset | long length | long mtime | long file_size | int n x UTF host
// | boolean | (long offset | long records)
Position file_split(base::ByteCursor& in, int32_t version) {
  require(in, version == 1, "version");
  Position position;
  position.connector = Connector::kFile;
  position.partition = utf8_field(in, "id");
  position.topic = path_field(in);
  int64_t offset = in.i64("offset");
  const int64_t length = in.i64("length");
  in.i64("mtime");
  const int64_t file_size = in.i64("file_size");
  require(
      in,
      offset >= 0 && length >= 0 && file_size >= 0 && length <= std::numeric_limits<int64_t>::max() - offset,
      "offset");
  const uint32_t hosts = in.count(kLeastHost, "hosts");
  for (uint32_t i = 0; i < hosts && in.ok(); ++i) utf8_field(in, "host");
  position.stopping_offset = in.ok() ? offset + length : 0;
  if (flag_field(in, "has_position")) {
    const int64_t reached = in.i64("reached");
    position.records = in.i64("records");
    require(in, reached >= kNoOffset && *position.records >= 0, "reached");
    if (reached != kNoOffset) offset = reached;
  }
  position.offset = offset;
  return position;
}

// Little-endian: int magic | int split_version | int n | int m | n x (int length | split)
// | m x (int length | UTF-8 of a path that was read)
std::vector<Position> pending_file_splits(base::ByteCursor& in, int32_t version) {
  require(in, version == 1, "version");
  require(in, little_endian_int(in, "magic") == kPendingMagic, "magic");
  const int32_t split_version = little_endian_int(in, "split_version");
  const int32_t splits = little_endian_count(in, "splits");
  const int32_t paths = little_endian_count(in, "paths");
  std::vector<Position> positions;
  for (int32_t i = 0; i < splits && in.ok(); ++i) {
    base::ByteCursor inner(little_endian_block(in, "split"));
    Position position = file_split(inner, split_version);
    require(in, inner.ok() && inner.at_end(), "split");
    position.place = PositionPlace::kUnassigned;
    positions.push_back(std::move(position));
  }
  for (int32_t i = 0; i < paths && in.ok(); ++i) little_endian_block(in, "path");
  return positions;
}

}  // namespace checkpointfs::state
