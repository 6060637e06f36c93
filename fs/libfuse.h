// SPDX-License-Identifier: Apache-2.0
// The only include of libfuse.
#pragma once

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>
