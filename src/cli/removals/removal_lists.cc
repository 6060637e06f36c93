// SPDX-License-Identifier: Apache-2.0
#include "cli/removals/removal_lists.h"

#include <array>
#include <cstdint>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/characters.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "flink/names.h"

namespace checkpointfs::cli {
namespace {

using base::Failure;
using base::FailureKind;
using removal::Place;
using removal::Plan;

constexpr std::string_view kLocal = "file:";
constexpr std::array<std::string_view, 4> kS3 = {"s3://", "s3a://", "s3n://", "s3p://"};

[[noreturn]] void refuse(std::string_view program, std::string_view name, std::string_view why) {
  throw Failure(
      FailureKind::kRefused,
      base::format("nothing is listed: {} cannot be told to remove {}: {}; use --apply or another --format",
                   program, base::shell_quoted(name), why));
}

// Returns the scheme of a URI on S3, with its "://"; "" for another store.
std::string_view s3_scheme(std::string_view uri) {
  for (const std::string_view scheme : kS3) {
    if (uri.starts_with(scheme)) return scheme;
  }
  return {};
}

std::string_view after_scheme(std::string_view uri) {
  const size_t colon = uri.find(':');
  return colon == std::string_view::npos ? uri : uri.substr(colon + 1);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

void require_lines_and_utf8(std::string_view program, std::string_view name) {
  if (name.find('\n') != std::string_view::npos) refuse(program, name, "it has a line feed");
  for (std::string_view rest = name; !rest.empty();) {
    const size_t length = base::character_length(rest);
    if (length == 0) refuse(program, name, "it is not UTF-8");
    rest.remove_prefix(length);
  }
}

// True of a character that rclone writes in place of another one, which names in the store may have: U+201B
// quotes, U+2400 to U+243F stand for control characters, U+FF00 to U+FFEF for ASCII (lib/encoder of rclone).
bool is_substitute(std::string_view character) {
  return character == "\xE2\x80\x9B" || character.starts_with("\xE2\x90") ||
         character.starts_with("\xEF\xBC") || character.starts_with("\xEF\xBD") ||
         character.starts_with("\xEF\xBE") || character.starts_with("\xEF\xBF");
}

// Returns the URI of a file: the longest mapping whose directory holds the file, backwards. Mappings of file:
// URIs do not count: files of this host need none, and such a mapping may lead to the original of a copy.
std::string uri_of(const Plan& plan, const Place& place) {
  const std::string path = removal::absolute(place);
  const storage::Mapping* best = nullptr;
  for (const storage::Mapping& mapping : plan.mappings) {
    if (mapping.uri_prefix.starts_with(kLocal)) continue;
    if (base::is_at_or_below(path, mapping.directory) &&
        (best == nullptr || best->directory.size() < mapping.directory.size()))
      best = &mapping;
  }
  if (best == nullptr) return base::format("{}{}", kLocal, path);
  return base::join(best->uri_prefix, *base::path_below(path, best->directory));
}

}  // namespace

std::string hadoop_line(std::string_view uri) {
  const std::string_view scheme = s3_scheme(uri);
  require_lines_and_utf8("hadoop", uri);
  const std::string_view rest = scheme.empty() ? after_scheme(uri) : uri.substr(scheme.size());
  const size_t path = rest.starts_with("//") ? rest.find('/', 2) : rest.find('/');
  if (path == std::string_view::npos) refuse("hadoop", uri, "it is not a URI with a path");
  if (rest.substr(0, path).find(',') != std::string_view::npos)
    refuse("hadoop", uri, "it has several NameNodes; map the name service with --map hdfs://NAME/...=DIR");
  if (rest.find(':', path) != std::string_view::npos) refuse("hadoop", uri, "a name has a colon");
  // Apache Hadoop uses only this scheme for S3.
  std::string line = scheme.empty() ? std::string(uri.substr(0, uri.size() - rest.size())) : "s3a://";
  line += rest.substr(0, path);
  for (const char c : rest.substr(path)) {
    if (std::string_view("\\*?[]{},^").find(c) != std::string_view::npos) line += '\\';
    line += c;
  }
  return line;
}

std::string s5cmd_line(std::string_view uri) {
  const std::string_view scheme = s3_scheme(uri);
  if (scheme.empty()) {
    throw Failure(
        FailureKind::kUsage,
        base::format("{} is not on S3; give the bucket of the storage with --map s3://BUCKET/...=DIR",
                     base::shell_quoted(uri)));
  }
  require_lines_and_utf8("s5cmd", uri);
  // The request is XML, which does not allow these characters.
  for (const char c : uri) {
    if (is_control(c) && c != '\t') refuse("s5cmd", uri, "it has a control character");
  }
  if (uri.find("\xEF\xBF\xBE") != std::string_view::npos ||
      uri.find("\xEF\xBF\xBF") != std::string_view::npos)
    refuse("s5cmd", uri, "it has a character that XML does not allow");
  std::string line = "rm --raw 's3://";
  for (const char c : uri.substr(scheme.size())) {
    if (c == '\'')
      line += "'\\''";
    else
      line += c;
  }
  return line + "'";
}

std::string rclone_line(std::string_view path) {
  require_lines_and_utf8("rclone", path);
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view character = rest.substr(0, base::character_length(rest));
    if (is_control(character.front())) refuse("rclone", path, "it has a control character");
    if (is_substitute(character))
      refuse("rclone", path, "rclone would read one of its characters as another");
    rest.remove_prefix(character.size());
  }
  return std::string(path);
}

std::string path_line(std::string_view path) {
  if (path.find('\n') != std::string_view::npos) refuse("a list of paths", path, "it has a line feed");
  return std::string(path);
}

void print_list(std::ostream& out, const Plan& plan, std::string_view format) {
  const bool known = format == "hadoop" || format == "s5cmd" || format == "rclone" || format == "paths";
  if (!known)
    throw Failure(FailureKind::kUsage,
                  base::format("--format={} is unknown; use hadoop, s5cmd, rclone or paths", format));
  if (format == "rclone" && plan.sources.size() > 1)
    throw Failure(FailureKind::kUsage, "rclone lists paths below one source; name it with --source");
  std::string list;
  const auto add = [&](const Place& place, const std::string& named) {
    // A file with a relative name gets the URI of the place where it was found.
    const std::string uri = named.empty() || named.starts_with(kLocal) ? uri_of(plan, place) : named;
    if (format == "rclone" && place.root != plan.sources.front().path)
      refuse("rclone", removal::absolute(place), "it lies outside the source");
    if (format == "paths") list += path_line(removal::absolute(place));
    if (format == "rclone") list += rclone_line(place.path);
    if (format == "hadoop") list += hadoop_line(uri);
    if (format == "s5cmd") list += s5cmd_line(uri);
    list += '\n';
  };
  // The order of removal: first the metadata that names the files.
  for (const auto& snapshot : plan.snapshots)
    add({snapshot.place.root, base::join(snapshot.place.path, flink::kMetadataFile)}, "");
  for (const auto& file : plan.files) add(file.place, file.uri);
  for (const auto& marker : plan.markers) add(marker.place, "");
  out << list;
}

}  // namespace checkpointfs::cli
