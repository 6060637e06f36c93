// SPDX-License-Identifier: Apache-2.0
// Values of KryoSerializer: an object with its class (Kryo.writeClassAndObject()).
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// Classes of the JDK only (kryo_classes.h). Collections are arrays, maps as JsonMap has them. An object that
// is referred to is written again.
void read_kryo(ValueReader& reader, const Type& type);

}  // namespace checkpointfs::state
