// SPDX-License-Identifier: Apache-2.0
// The answer of --version: the version, the commit of the sources, and the features that were compiled in.
#pragma once

#include <string>

namespace checkpointfs::cli {

// "checkpointfs VERSION", and a line each for the commit, libfuse, and the features.
std::string version_text();

}  // namespace checkpointfs::cli
