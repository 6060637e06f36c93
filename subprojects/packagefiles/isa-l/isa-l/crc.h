// SPDX-License-Identifier: Apache-2.0
// The header under the name that it has when installed.
#pragma once

#include "../include/crc.h"
