// SPDX-License-Identifier: Apache-2.0
// Tells how much of the values of a type can be read.
#pragma once

#include <cstdint>
#include <string>

#include "state/types/type.h"

namespace checkpointfs::state {

enum class Readable : uint8_t { kYes, kPartly, kNo };
// kPartly: some members cannot be read, or only values of some classes (Kryo of collections).
Readable readable(const Type& type);
// One sentence if readable() is not kYes, which names the class and the reason. Else empty.
std::string unreadable_reason(const Type& type);

}  // namespace checkpointfs::state
