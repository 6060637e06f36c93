// SPDX-License-Identifier: Apache-2.0
#include "index/scan/prepared_metadata.h"

#include "base/ordinal_set.h"
#include "base/path.h"
#include "flink/check_rewritten.h"
#include "flink/decode.h"
#include "flink/rewrite.h"
#include "flink/uri.h"
#include "storage/projected_name.h"

namespace checkpointfs::index {

ProjectedSnapshot project_snapshot(const flink::Metadata& metadata, const storage::Location& snapshot,
                                   const storage::Resolver& resolver) {
  ProjectedSnapshot result;
  result.files = storage::project_files(metadata, snapshot, resolver);
  result.place_of.reserve(result.files.files.size());
  result.names.reserve(result.files.files.size());
  base::OrdinalSet seen;
  for (const storage::ProjectedFile& file : result.files.files) {
    const auto known = seen.find(file.place->hash, [&](uint32_t number) {
      return storage::is_same_place(*result.places[number], *file.place);
    });
    const auto number = known.value_or(static_cast<uint32_t>(result.places.size()));
    if (!known) {
      seen.insert(file.place->hash, number);
      result.places.push_back(file.place);
    }
    result.place_of.push_back(number);
    const std::string_view base_name = base::last_component(file.place->path());
    const bool same = file.name == base_name;
    result.names.push_back({base_name, same, same && storage::begins_with_uuid(base_name)});
  }
  return result;
}

base::Result<uint64_t> size_of_rewrite(const flink::Metadata& metadata,
                                       const std::vector<std::string>& names) {
  const flink::Form form;
  const auto rewritten = flink::rewrite(metadata.bytes, metadata, form, names);
  if (!rewritten.has_value()) return rewritten.error();
  std::string difference = flink::check_rewritten(metadata, *rewritten, form, names);
  if (!difference.empty()) return base::InputError{0, "rewritten metadata", std::move(difference)};
  return {boost::system::in_place_value, rewritten->size()};
}

std::unique_ptr<PreparedMetadata> prepare(base::Result<storage::MetadataFile> file,
                                          const storage::Location& snapshot,
                                          std::shared_ptr<const storage::Resolver> resolver) {
  auto result =
      std::make_unique<PreparedMetadata>(PreparedMetadata{std::move(file), {}, std::move(resolver), {}, {}});
  if (!result->file.has_value()) return result;
  result->metadata.emplace(flink::decode(result->file->bytes));
  if (!result->metadata->has_value()) return result;
  const flink::Metadata& metadata = **result->metadata;
  result->projected.emplace(project_snapshot(metadata, snapshot, *result->resolver));
  result->rewritten_size.emplace(size_of_rewrite(metadata, result->projected->files.names()));
  return result;
}

}  // namespace checkpointfs::index
