// SPDX-License-Identifier: Apache-2.0
// Removes a pin: a deletion like any other, with the survey, the trash and the journal.
#pragma once

#include <string>

#include "pins/pins.h"
#include "removal/model/survey.h"
#include "removal/trash/trash.h"

namespace checkpointfs::removal {

struct Unpinned {
  std::string plan;
  pins::Pin pin;  // as it was
};

// Moves the pin into the trash, by one rename. Throws Failure(kRefused) if a snapshot needs one of its files
// or has lost a file of that name, or if something is unknown; Failure(kSource) if there is no such pin;
// Failure(kInput), SystemError as pins::check_pin(). REQUIRES: the name has no problem, `trashes` has the
// source.
Unpinned unpin(const std::string& source, const std::string& name, const Survey& survey, Trashes& trashes,
               storage::DiskOperations& disk);

}  // namespace checkpointfs::removal
