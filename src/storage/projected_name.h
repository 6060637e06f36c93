// SPDX-License-Identifier: Apache-2.0
// Names for the files of a projected snapshot: each one a single component, each one once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace checkpointfs::storage {

// `digits` (at most 32) hexadecimal digits that depend on `identity` only.
std::string hash_digits(std::string_view identity, size_t digits);

// `name`, or "file-<16 hex digits>" made from `identity` if no projection can hold it.
std::string natural_name(std::string_view name, std::string_view identity);

// The place of the directory `shared` of a job, as seen from a snapshot of the job.
inline constexpr std::string_view kSharedPrefix = "../shared";

// The name of a file in the directory `shared` of a job (see ProjectionReader::shared_file): `natural`, its
// name in the index, if Flink made it, else one that no other file has.
std::string shared_name(int64_t file_id, std::string_view natural);

// Is true if a name begins with a UUID, as those of Flink's state files do: no two files get the same by
// chance.
bool begins_with_uuid(std::string_view name);

// `natural` if it is free; else with the shortest free suffix "-<8, 16 or 32 hex digits>" made from
// `identity`, so that it is the same in each snapshot where it is needed.
std::string free_name(const std::string& natural, std::string_view identity,
                      const std::function<bool(const std::string&)>& is_taken);

}  // namespace checkpointfs::storage
