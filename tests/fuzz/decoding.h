// SPDX-License-Identifier: Apache-2.0
// Compares the decoder's statements about an input with the input. Each function returns "" or the problem.
#pragma once

#include <string>
#include <string_view>

#include "base/input_error.h"
#include "flink/metadata.h"

namespace checkpointfs::fuzz {

std::string refusal_problem(const base::InputError& error, std::string_view bytes);

std::string positions_problem(const flink::Metadata& metadata, std::string_view bytes);

// Checks the names that are made from the handles' paths.
std::string paths_problem(const flink::Metadata& metadata);

}  // namespace checkpointfs::fuzz
