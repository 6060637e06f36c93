// SPDX-License-Identifier: Apache-2.0
#include "flink/decode.h"

#include <utility>

#include "flink/layout.h"
#include "flink/metadata_decoder.h"

namespace checkpointfs::flink {
namespace {

base::Result<Metadata> decode_layout(std::string_view bytes, int32_t version, const Layout& layout,
                                     const Limits& limits) {
  Metadata metadata;
  metadata.bytes = bytes;
  metadata.end = bytes.size();
  metadata.version = version;
  metadata.dialect = layout.dialect;
  // A handle takes about 140 bytes of a large file. Memory that is not used is never touched.
  metadata.files.reserve(bytes.size() / 128);
  MetadataDecoder reader(base::ByteCursor(bytes), layout, limits, &metadata);
  while (reader.next()) {
  }
  if (!reader.ok()) return reader.error();
  return metadata;
}

}  // namespace

base::Result<Metadata> decode(std::string_view bytes, const Limits& limits) {
  const base::Result<VersionLayouts> version = read_version(base::ByteCursor(bytes), limits);
  if (!version.has_value()) return version.error();
  base::InputError furthest;
  for (const Layout& layout : version->layouts) {
    base::Result<Metadata> result = decode_layout(bytes, version->version, layout, limits);
    if (result.has_value()) return result;
    if (furthest.reason.empty() || result.error().offset > furthest.offset) furthest = result.error();
  }
  return furthest;
}

}  // namespace checkpointfs::flink
