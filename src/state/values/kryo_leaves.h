// SPDX-License-Identifier: Apache-2.0
// Objects of Kryo that hold no other objects.
#pragma once

#include "state/values/kryo_classes.h"
#include "state/values/kryo_input.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// Reads the object behind its class and number. False if objects of this form hold others.
bool read_kryo_leaf(KryoForm form, KryoInput& kryo, ValueReader& reader);

}  // namespace checkpointfs::state
