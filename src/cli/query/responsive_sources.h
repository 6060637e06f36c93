// SPDX-License-Identifier: Apache-2.0
// Which directories answer at all.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace checkpointfs::cli {

// Those of `directories` whose store did not answer in time. A process for each asks, since nobody can end a
// thread that waits for a store. If none answers, `waits` is called, and then this waits until one does;
// empty: it does not. REQUIRES: this process has one thread.
std::set<std::string> unresponsive(const std::vector<std::string>& directories,
                                   std::chrono::milliseconds patience, const std::function<void()>& waits);

// The path of a directory that does not answer: absolute, free of links as far as those above it answer.
std::string path_of_unresponsive(const std::string& directory, std::chrono::milliseconds patience);

}  // namespace checkpointfs::cli
