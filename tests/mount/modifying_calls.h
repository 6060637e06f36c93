// SPDX-License-Identifier: Apache-2.0
// Every system call that would change a file system.
#pragma once

#include <map>
#include <string>

namespace checkpointfs::test {

// Tries each of them on `directory`, which holds `file` and `empty` (a directory); the errno by what was
// tried. Paths in what was tried are the same for every `directory`.
std::map<std::string, int> try_modifying_calls(const std::string& directory, const std::string& file,
                                               const std::string& empty);

}  // namespace checkpointfs::test
