// SPDX-License-Identifier: Apache-2.0
#include "state/types/type.h"

namespace checkpointfs::state {}  // namespace checkpointfs::state
