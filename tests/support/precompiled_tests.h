// SPDX-License-Identifier: Apache-2.0
// The same for tests.
#include "base/precompiled.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
