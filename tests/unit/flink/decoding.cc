// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/flink/decoding.h"

#include <gtest/gtest.h>

#include "flink/decode.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::flink {

Metadata decoded(std::string_view bytes) {
  base::Result<Metadata> result = decode(bytes);
  if (result.has_value()) return *std::move(result);
  ADD_FAILURE() << "not decoded: " << base::to_string(result.error());
  return {};
}

std::string with_keyed(const std::string& handle, int version) {
  return test::MetadataBuilder(version).op().subtask({.managed_keyed = handle}).bytes();
}

std::vector<std::string> numbered_names(const Metadata& metadata) {
  std::vector<std::string> names;
  names.reserve(metadata.files.size());
  for (size_t i = 0; i < metadata.files.size(); ++i) names.push_back("name-" + std::to_string(i));
  return names;
}

std::string rewritten(std::string_view bytes, const Form& form, const std::vector<std::string>& names) {
  const Metadata metadata = decoded(bytes);
  if (metadata.files.size() != names.size()) {
    ADD_FAILURE() << names.size() << " names for " << metadata.files.size() << " handles";
    return {};
  }
  base::Result<std::string> result = rewrite(bytes, metadata, form, names);
  if (result.has_value()) return *std::move(result);
  ADD_FAILURE() << "not rewritten: " << base::to_string(result.error());
  return {};
}

}  // namespace checkpointfs::flink
