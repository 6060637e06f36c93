// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/options.h"

#include <algorithm>

#include <boost/any.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <boost/program_options/variables_map.hpp>

#include "base/text/message.h"
#include "cli/arguments/paths.h"
#include "cli/arguments/unknown_option.h"
#include "cli/output/terminal.h"
#include "index/scan/mapping_argument.h"

namespace po = boost::program_options;

namespace checkpointfs::cli {
namespace {

constexpr const char* kOperand = "operand";

// "-f, --foreground", "    --index FILE".
std::string display_name(const Option& option) {
  const std::string_view name = long_name(option);
  const std::string letter = short_name(option) == '\0' ? "    " : base::format("-{}, ", short_name(option));
  return base::format("{}--{}{}{}", letter, name, option.takes == OptionValue::kNone ? "" : " ",
                      option.value);
}

po::options_description description_of(const OptionGroup& group) {
  po::options_description description;
  for (const Option& option : group) {
    switch (option.takes) {
      case OptionValue::kNone:
        description.add_options()(option.names, option.help);
        break;
      case OptionValue::kOne:
        description.add_options()(option.names, po::value<std::string>(), option.help);
        break;
      case OptionValue::kRepeated:
        description.add_options()(option.names, po::value<std::vector<std::string>>()->composing(),
                                  option.help);
        break;
    }
  }
  description.add_options()(kOperand, po::value<std::vector<std::string>>());
  return description;
}

std::vector<std::string> values_of(const po::variable_value& given) {
  if (const auto* const all = boost::any_cast<std::vector<std::string>>(&given.value())) return *all;
  if (const auto* const one = boost::any_cast<std::string>(&given.value())) return {*one};
  return {};
}

}  // namespace

void add_flag(OptionGroup& group, const char* names, const char* help) {
  group.push_back({names, OptionValue::kNone, "", help});
}

void add_value(OptionGroup& group, const char* names, const char* value, const char* help) {
  group.push_back({names, OptionValue::kOne, value, help});
}

void add_repeated(OptionGroup& group, const char* names, const char* value, const char* help) {
  group.push_back({names, OptionValue::kRepeated, value, help});
}

void add_index_options(OptionGroup& group) {
  add_value(group, "index", "FILE", "use the index FILE instead of one in the state directory");
  add_repeated(group, "map", "URI=DIR",
               "find the files that the metadata names below URI in the directory DIR");
  add_flag(group, "verbose,v", "print more details");
}

void add_named_source_option(OptionGroup& group) {
  add_repeated(group, "source", "NAME=DIR", "add the source DIR, to be shown in a directory NAME");
}

void add_source_option(OptionGroup& group) {
  add_repeated(group, "source", "DIR", "search the checkpoint storage in DIR");
}

void add_json_option(OptionGroup& group) {
  add_flag(group, "json", "print JSON");
}

std::vector<storage::Mapping> given_mappings(const Invocation& invocation) {
  std::vector<storage::Mapping> mappings;
  for (const std::string& argument : invocation.texts("map"))
    mappings.push_back(index::parse_mapping(argument));
  return mappings;
}

index::Options index_options(const Invocation& invocation, std::vector<std::string> sources) {
  index::Options options;
  options.sources = std::move(sources);
  options.mappings = given_mappings(invocation);
  for (const storage::Mapping& mapping : invocation.store_mappings) {
    const bool is_given = std::ranges::find(options.mappings, mapping.uri_prefix,
                                            &storage::Mapping::uri_prefix) != options.mappings.end();
    if (!is_given) options.mappings.push_back(mapping);
  }
  // Absolute, because a daemon leaves the directory in which it was started.
  if (invocation.has("index")) options.index_file = absolute_path(invocation.text("index"));
  return options;
}

index::Options index_options_with_sources(const Invocation& invocation,
                                          const std::vector<std::string>& operands) {
  index::Options options = index_options(invocation, operands);
  for (const std::string& argument : invocation.texts("source")) index::add_source(argument, &options);
  return options;
}

Invocation parse(const Command& command, const std::vector<std::string>& arguments) {
  const po::options_description description = description_of(options_of(command));
  po::positional_options_description positional;
  positional.add(kOperand, -1);
  po::variables_map given;
  try {
    // Abbreviated options would change their meaning with each new option.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const auto parsed =
        po::command_line_parser(arguments).options(description).positional(positional).style(style).run();
    po::store(parsed, given);
  } catch (const po::unknown_option& e) {
    throw base::Failure(base::FailureKind::kUsage, unknown_option_text(command, e.get_option_name()));
  } catch (const po::error& e) {
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("{}; see 'checkpointfs help {}'", e.what(), command.name));
  }
  Invocation invocation;
  invocation.command = command.name;
  for (const auto& [name, value] : given) invocation.options.emplace(name, values_of(value));
  if (const auto operands = invocation.options.extract(kOperand)) invocation.operands = operands.mapped();
  if (std::ranges::any_of(invocation.operands, [](const std::string& operand) { return operand.empty(); })) {
    throw base::Failure(base::FailureKind::kUsage, "an argument is empty; expected a path");
  }
  return invocation;
}

void require_operands(const Invocation& invocation, size_t at_least, size_t at_most, const char* expected) {
  const size_t n = invocation.operands.size();
  if (n >= at_least && n <= at_most) return;
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("too {} arguments; expected: {}; see 'checkpointfs help {}'",
                                   n < at_least ? "few" : "many", expected, invocation.command));
}

void refuse_both(const Invocation& invocation, const char* one, const char* other) {
  if (!invocation.has(one) || !invocation.has(other)) return;
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("--{} and --{} exclude each other; use only one of them", one, other));
}

void print_help(std::ostream& out, const Command& command) {
  out << "Usage: checkpointfs " << command.name << " [OPTION]... " << command.usage << "\n"
      << wrapped(base::format("checkpointfs {} - {}", command.name, command.summary), 0, terminal_width(80))
      << "\n\nOptions:\n";
  const OptionGroup group = options_of(command);
  size_t column = 0;
  for (const Option& option : group) column = std::max(column, display_name(option).size() + 4);
  for (const Option& option : group) {
    std::string name = "  " + display_name(option);
    name.resize(column, ' ');
    out << name << wrapped(option.help, column, terminal_width(80)) << "\n";
  }
  out << "\nExamples:\n";
  for (std::string_view left = command.examples; !left.empty();) {
    const size_t end = left.find('\n') + 1;
    out << "  " << left.substr(0, end);
    left.remove_prefix(end);
  }
  out << "\nMore: man checkpointfs-" << command.name << "\n";
}

}  // namespace checkpointfs::cli
