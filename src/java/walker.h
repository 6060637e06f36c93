// SPDX-License-Identifier: Apache-2.0
// Finds single facts in a Java serialisation stream, without knowing its classes.
#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "base/byte_cursor.h"

namespace checkpointfs::java {

// All read a stream of one object of class `root_class` to its end, by the grammar of grammar.h. Results
// are views of the input, and empty after an error of the input.

// Returns the name of the class of the value in the root's field `field`. Empty, too, for a stream of null,
// and if the value is no object or constant.
std::string_view field_class(base::ByteCursor& in, std::string_view root_class, std::string_view field);

// Returns the strings in the stream that end with `ending`, each as often as it was written; the bytes are
// those of modified UTF-8.
std::vector<std::string_view> strings(base::ByteCursor& in, std::string_view root_class,
                                      std::string_view ending);

// Returns the names of the classes of all objects in the stream.
std::set<std::string_view> classes(base::ByteCursor& in, std::string_view root_class);

}  // namespace checkpointfs::java
