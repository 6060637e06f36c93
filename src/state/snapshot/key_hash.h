// SPDX-License-Identifier: Apache-2.0
// The key group of a key, as Flink assigns it (KeyGroupRangeAssignment): the murmur hash of Java's
// hashCode().
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "state/types/type.h"

namespace checkpointfs::state {

// hashCode() of a key, from its bytes. Nothing if the type's hashCode() is not known: a class of the user, an
// enum, a row, ...
std::optional<int32_t> java_hash_code(std::string_view key, const Type& type);

// MathUtils.murmurHash: not negative.
int32_t murmur_hash(int32_t code);

// Nothing if java_hash_code() is not known, or there are no key groups.
std::optional<int32_t> key_group_of(std::string_view key, const Type& type, int32_t max_parallelism);

}  // namespace checkpointfs::state
