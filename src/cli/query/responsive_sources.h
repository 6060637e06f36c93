// SPDX-License-Identifier: Apache-2.0
// Finds directories whose store hangs, without waiting for it.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace checkpointfs::cli {

// The question to the store of a directory. The kernel may know the attributes for a while after the store
// began to hang.
enum class Question { kAttributes, kNames };

// Returns the `directories` whose store did not answer within `patience`. A child process probes each one,
// because a thread that waits for a store cannot be ended. If none answers, calls `waits` and waits until one
// does, unless `waits` is empty. REQUIRES: this process has one thread.
std::set<std::string> unresponsive(const std::vector<std::string>& directories, Question question,
                                   std::chrono::milliseconds patience, const std::function<void()>& waits);

// Returns the path of a directory that does not answer: absolute, and without symbolic links as far as the
// directories above it answer.
std::string path_of_unresponsive(const std::string& directory, std::chrono::milliseconds patience);

}  // namespace checkpointfs::cli
