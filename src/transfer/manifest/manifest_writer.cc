// SPDX-License-Identifier: Apache-2.0
#include "transfer/manifest/manifest_writer.h"

#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/text/json_escapes.h"

namespace checkpointfs::transfer {
namespace {

constexpr size_t kKept = 1 << 16;

std::string line_of(const boost::json::object& object) {
  return base::with_json_escapes(boost::json::serialize(object)) + '\n';
}

}  // namespace

ManifestWriter::ManifestWriter(std::function<void(std::string_view)> append, const ManifestHeader& header)
    : append_(std::move(append)) {
  boost::json::object line = {{"manifest", kManifestVersion}, {"snapshot", header.snapshot}};
  if (header.checkpoint_id) line["checkpoint_id"] = *header.checkpoint_id;
  write(line_of(line));
}

void ManifestWriter::add(const ManifestEntry& entry) {
  boost::json::object line = {{"name", entry.name}, {"size", entry.size}};
  if (!entry.uri.empty()) line["uri"] = entry.uri;
  if (entry.segment_offset) line["segment"] = {{"offset", *entry.segment_offset}};
  if (entry.crc32c) line["crc32c"] = crc32c_text(*entry.crc32c);
  if (entry.sha256) line["sha256"] = sha256_text(*entry.sha256);
  write(line_of(line));
  ++files_;
  bytes_ += entry.size;
}

void ManifestWriter::finish() {
  write(line_of({{"files", files_}, {"bytes", bytes_}, {"crc32c", crc32c_text(sum_.value())}}));
  flush();
}

void ManifestWriter::write(std::string line) {
  sum_.update(line);
  kept_ += line;
  if (kept_.size() >= kKept) flush();
}

void ManifestWriter::flush() {
  append_(kept_);
  kept_.clear();
}

}  // namespace checkpointfs::transfer
