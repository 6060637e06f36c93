// SPDX-License-Identifier: Apache-2.0
// Options that several commands share, the parsing of command lines, and --help.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments/command.h"
#include "index/scan/configuration.h"

namespace checkpointfs::cli {

// Add one option each; `names` is "long" or "long,x".
void add_flag(OptionGroup& group, const char* names, const char* help);
void add_value(OptionGroup& group, const char* names, const char* value, const char* help);
void add_repeated(OptionGroup& group, const char* names, const char* value, const char* help);

// Adds --index, --map and --verbose, the options of every command that opens an index.
void add_index_options(OptionGroup& group);
// Adds --source to a command whose operands are sources too.
void add_named_source_option(OptionGroup& group);
// Returns index_options() with the sources of `operands` and of --source. Throws Failure(kUsage).
index::Options index_options_with_sources(const Invocation& invocation,
                                          const std::vector<std::string>& operands);
// Adds --source to a command whose operands are not sources.
void add_source_option(OptionGroup& group);
void add_json_option(OptionGroup& group);

// Returns the mappings of --map. Throws Failure(kUsage).
std::vector<storage::Mapping> given_mappings(const Invocation& invocation);

// Returns the settings of --index and --map, with these sources and the mappings of mounted stores. Throws
// Failure(kUsage).
index::Options index_options(const Invocation& invocation, std::vector<std::string> sources);

// Parses the arguments after the command's name. Throws Failure(kUsage).
Invocation parse(const Command& command, const std::vector<std::string>& arguments);

// Throws Failure(kUsage) if there are too few or too many operands; `expected` names them in the message.
void require_operands(const Invocation& invocation, size_t at_least, size_t at_most, const char* expected);

// Throws Failure(kUsage) if both options were given.
void refuse_both(const Invocation& invocation, const char* one, const char* other);

void print_help(std::ostream& out, const Command& command);

}  // namespace checkpointfs::cli
