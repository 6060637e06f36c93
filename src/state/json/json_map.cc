// SPDX-License-Identifier: Apache-2.0
#include "state/json/json_map.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::state {
namespace {

// As many keys are compared with one another; more of them are sorted.
constexpr size_t kFewKeys = 16;

}  // namespace

JsonMap::JsonMap(JsonSink& out, Keys keys) : out_(out), is_object_(keys == Keys::kStrings) {
  out_.raw(is_object_ ? "{" : "[");
}

void JsonMap::begin_key() {
  if (!out_.writes()) return;
  if (!is_first_) out_.raw(",");
  is_first_ = false;
  if (is_object_) {
    keys_.push_back({out_.size(), 0});
  } else {
    out_.raw("[");
  }
}

void JsonMap::begin_value() {
  if (!out_.writes()) return;
  if (is_object_) keys_.back().end = out_.size();
  out_.raw(is_object_ ? ":" : ",");
}

void JsonMap::end_value() {
  if (!is_object_) out_.raw("]");
}

void JsonMap::end() {
  if (!out_.writes()) return;
  out_.raw(is_object_ ? "}" : "]");
  if (!keys_.empty() && (must_be_pairs_ || has_null() || has_twins())) make_pairs();
}

bool JsonMap::has_null() const {
  const std::string& text = out_.text();
  return std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) { return text[key.start] != '"'; });
}

bool JsonMap::has_twins() const {
  const auto text_of = [text = std::string_view(out_.text())](const Key& key) {
    return text.substr(key.start, key.end - key.start);
  };
  if (keys_.size() <= kFewKeys) {
    for (size_t i = 1; i < keys_.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (text_of(keys_[i]) == text_of(keys_[j])) return true;
      }
    }
    return false;
  }
  std::vector<std::string_view> sorted;
  sorted.reserve(keys_.size());
  for (const Key& key : keys_) sorted.push_back(text_of(key));
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

// {k:v,k:v} becomes [[k,v],[k,v]]: entry i moves by 1 + 2i.
void JsonMap::make_pairs() {
  std::string& text = out_.text();
  size_t value_end = text.size() - 1;
  text.resize(text.size() + 2 * keys_.size());
  for (size_t i = keys_.size(); i-- > 0;) {
    const Key key = keys_[i];
    char* const entry = text.data() + key.start + 1 + 2 * i;
    std::memmove(entry, text.data() + key.start, value_end - key.start);
    entry[key.end - key.start] = ',';
    char* const end = entry + (value_end - key.start);
    if (i + 1 == keys_.size()) {
      std::memcpy(end, "]]", 2);
    } else {
      std::memcpy(end, "],[", 3);
    }
    value_end = key.start - 1;
  }
  std::memcpy(text.data() + value_end, "[[", 2);
  is_moved_ = true;
}

size_t JsonMap::moved(size_t position) const {
  if (!is_moved_ || position < keys_.front().start) return position;
  const auto behind = std::upper_bound(keys_.begin(), keys_.end(), position,
                                       [](size_t at, const Key& key) { return at < key.start; });
  return position + 2 * static_cast<size_t>(behind - keys_.begin()) - 1;
}

}  // namespace checkpointfs::state
