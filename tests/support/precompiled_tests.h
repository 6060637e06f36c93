// SPDX-License-Identifier: Apache-2.0
// Headers that most tests include, compiled once with -Dwhole_folders=true.
#include "base/precompiled.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
