// SPDX-License-Identifier: Apache-2.0
// What the decoder says of an input, compared with the input: "" or what is wrong.
#pragma once

#include <string>
#include <string_view>

#include "base/input_error.h"
#include "flink/metadata.h"

namespace checkpointfs::fuzz {

std::string refusal_problem(const base::InputError& error, std::string_view bytes);

std::string positions_problem(const flink::Metadata& metadata, std::string_view bytes);

// Of what is made of the handles' paths.
std::string paths_problem(const flink::Metadata& metadata);

}  // namespace checkpointfs::fuzz
