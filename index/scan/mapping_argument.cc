// SPDX-License-Identifier: Apache-2.0
#include "index/scan/mapping_argument.h"

#include "base/errors.h"
#include "base/text/message.h"
#include "flink/uri.h"

namespace checkpointfs::index {

storage::Mapping parse_mapping(const std::string& argument) {
  const auto refuse = [&](std::string_view reason) -> base::Failure {
    return {base::FailureKind::kUsage, base::format("mapping '{}': {}", argument, reason)};
  };
  // Paths of either side may hold '=' ("dt=2024"), an absolute directory is the likelier right side.
  size_t equals = argument.rfind("=/");
  if (equals == std::string::npos) equals = argument.rfind('=');
  if (equals == std::string::npos) throw refuse("is not of the form URI=DIRECTORY");
  const auto uri = flink::parse_uri(std::string_view(argument).substr(0, equals));
  if (!uri) throw refuse("what is left of '=' is not an absolute URI, such as s3://bucket/flink");
  const std::string directory = argument.substr(equals + 1);
  if (directory.empty()) throw refuse("names no directory");
  return {flink::to_string(*uri), directory, false, {}};
}

}  // namespace checkpointfs::index
