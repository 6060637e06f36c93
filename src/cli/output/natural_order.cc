// SPDX-License-Identifier: Apache-2.0
#include "cli/output/natural_order.h"

#include <algorithm>

namespace checkpointfs::cli {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Removes and returns the first word of `text`, or its first character if that is not part of a word.
std::string_view next_token(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_word);
  const auto size = std::max<size_t>(1, static_cast<size_t>(end - text.begin()));
  const std::string_view token = text.substr(0, size);
  text.remove_prefix(size);
  return token;
}

// Only a whole word is a number; a job's id that begins with digits is not one.
bool is_number(std::string_view token) {
  return std::ranges::all_of(token, is_digit);
}

std::string_view without_zeros(std::string_view number) {
  return number.substr(std::min(number.find_first_not_of('0'), number.size()));
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    std::string_view token_a = next_token(a);
    std::string_view token_b = next_token(b);
    if (is_number(token_a) && is_number(token_b)) {
      token_a = without_zeros(token_a);
      token_b = without_zeros(token_b);
      if (token_a.size() != token_b.size()) return token_a.size() < token_b.size();
    }
    if (token_a != token_b) return token_a < token_b;
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // "01" and "1"
}

}  // namespace checkpointfs::cli
