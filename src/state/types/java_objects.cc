// SPDX-License-Identifier: Apache-2.0
#include "state/types/java_objects.h"

#include <algorithm>

#include "java/grammar.h"

namespace checkpointfs::state {
namespace {

// A row in a row is five deep.
constexpr java::Limits kLimits{.depth = 200, .values = size_t{1} << 20};

// Keeps all objects.
class Nodes {
 public:
  using Object = JavaNode*;

  explicit Nodes(JavaObjects& objects) : objects_(objects) {}

  Object begin(java::Kind kind, const java::Class* desc) {
    JavaNode& node = objects_.nodes.emplace_back();
    node.kind = kind;
    if (desc != nullptr) node.class_name = desc->name;
    return &node;
  }
  void text(Object string, std::string_view text) const { string->text = text; }
  void constant(Object constant, Object name) const { constant->text = name->text; }
  void field(Object owner, std::string_view name, int64_t number, Object object) const {
    owner->fields.push_back({name, {number, object}});
  }
  void element(Object owner, Object object) const { owner->elements.push_back(object); }
  std::string_view keep(std::string_view name) { return objects_.names.emplace_back(name); }

 private:
  JavaObjects& objects_;
};

}  // namespace

const JavaValue* JavaNode::field(std::string_view name) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
  return found == fields.end() ? nullptr : &found->value;
}

const JavaNode* JavaNode::object(std::string_view name) const {
  const JavaValue* found = field(name);
  return found == nullptr ? nullptr : found->object;
}

JavaObjects read_java_object(Input& in) {
  JavaObjects objects;
  Nodes nodes(objects);
  objects.root = java::Grammar(in, nodes, kLimits).read();
  return objects;
}

}  // namespace checkpointfs::state
