// SPDX-License-Identifier: Apache-2.0
// Checks a plan before anything moves: its sources, its inputs, and its snapshots as they are now.
#pragma once

#include <cstdint>

#include "removal/model/identity.h"
#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/trash/trash.h"

namespace checkpointfs::removal {

// Device numbers are not compared: they change with a restart, and a file is moved within the file system of
// its source anyway.
bool is_same(const Identity& a, const Identity& b);

// Throws Failure(kRefused) if a source of the plan has no open trash.
void require_sources(const Plan& plan, const Trashes& trashes);

// Throws Failure(kRefused) if the sources or the mappings are not those of the plan.
void require_unchanged_inputs(const Plan& plan, const Storage& storage);

enum class Begin : uint8_t {
  kFresh,    // nothing has moved yet
  kResumed,  // the plan was begun before
};

// Surveys the storage once more, and checks the plan against the result. Throws Failure(kRefused),
// SystemError.
Survey look_again(const Plan& plan, const Storage& storage, Begin begin);

}  // namespace checkpointfs::removal
