// SPDX-License-Identifier: Apache-2.0
// Values by path: all that lie on the way to another path are found in one walk along it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::base {

// A path is a head, taken as a whole ("s3://bucket", "file:", ""), and components ("/a/b"; "" or "/": none).
// A walk looks at each component once and ends at the first that no value lies below: its time is linear in
// the path, however many components that has.
template <typename Value>
class PrefixTree {
 public:
  PrefixTree() : nodes_(1) {}

  // The value at a path, made if it is not there. References stay valid.
  Value& at(std::string_view head, std::string_view path) {
    size_t node = child(0, head);
    for (size_t begin = 0; begin < path.size();) {
      const size_t end = end_of(path, begin);
      if (end > begin + 1) node = child(node, path.substr(begin + 1, end - begin - 1));
      begin = end;
    }
    if (!nodes_[node].value) nodes_[node].value.emplace();
    return *nodes_[node].value;
  }

  // Calls visit(value, length) for each value on the way, the shortest path first; `length` is that of its
  // path, without the head.
  template <typename Visit>
  void walk(std::string_view head, std::string_view path, const Visit& visit) const {
    std::optional<size_t> node = find(0, head);
    for (size_t length = 0; node;) {
      if (nodes_[*node].value) visit(*nodes_[*node].value, length);
      if (length + 1 >= path.size()) return;
      const size_t end = end_of(path, length);
      node = find(*node, path.substr(length + 1, end - length - 1));
      length = end;
    }
  }

  // Is true if a value lies at the path, or below it.
  bool has_at_or_below(std::string_view head, std::string_view path) const {
    std::optional<size_t> node = find(0, head);
    for (size_t length = 0; node && length + 1 < path.size();) {
      const size_t end = end_of(path, length);
      node = find(*node, path.substr(length + 1, end - length - 1));
      length = end;
    }
    return node.has_value();
  }

  bool empty() const { return nodes_.size() == 1; }

  // Each value, in no order.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (const Node& node : nodes_) {
      if (node.value) visit(*node.value);
    }
  }

 private:
  struct Node {
    std::map<std::string, size_t, std::less<>> children;
    std::optional<Value> value;
  };

  // REQUIRES: path[begin] is a '/'.
  static size_t end_of(std::string_view path, size_t begin) {
    const size_t end = path.find('/', begin + 1);
    return end == std::string_view::npos ? path.size() : end;
  }
  std::optional<size_t> find(size_t node, std::string_view name) const {
    const auto found = nodes_[node].children.find(name);
    return found == nodes_[node].children.end() ? std::nullopt : std::optional(found->second);
  }
  size_t child(size_t node, std::string_view name) {
    if (const auto found = find(node, name)) return *found;
    nodes_[node].children.emplace(std::string(name), nodes_.size());
    nodes_.emplace_back();
    return nodes_.size() - 1;
  }

  std::deque<Node> nodes_;  // the first is the root
};

}  // namespace checkpointfs::base
