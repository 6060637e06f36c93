// SPDX-License-Identifier: Apache-2.0
#include "java/walker.h"

#include <utility>

#include "base/text/message.h"
#include "java/grammar.h"

namespace checkpointfs::java {
namespace {

// Flink's properties are four deep, and a completed checkpoint less than forty.
constexpr int kDepthOfProperties = 32;
constexpr int kDepthOfStrings = 128;

// An object is its class; kOther is the class of all but objects and constants.
class Walker {
 public:
  using Object = const Class*;

  Walker(std::string_view field, std::string_view ending) : field_(field), ending_(ending) {}

  void walk(base::ByteCursor& in, std::string_view root_class, int depth) {
    root_class_ = root_class;
    const uint64_t start = in.offset();
    Grammar grammar(in, *this, Limits{.depth = depth});
    const Class* root = grammar.read();
    if (in.ok() && root != nullptr && root->name != root_class) {
      in.fail(start, "java_object",
              base::format("not an object of class {}", root_class.substr(root_class.rfind('.') + 1)));
    }
    if (in.ok()) return;
    found_ = {};
    strings_.clear();
    classes_.clear();
  }

  std::string_view found() const { return found_; }
  std::vector<std::string_view> strings() { return std::move(strings_); }
  std::set<std::string_view> classes() { return std::move(classes_); }

  // The functions of a sink.
  Object begin(Kind kind, const Class* desc) {
    static const Class kOther{};
    if (kind == Kind::kObject && desc != nullptr) classes_.insert(desc->name);
    return desc != nullptr && (kind == Kind::kObject || kind == Kind::kEnum) ? desc : &kOther;
  }
  void text(Object, std::string_view text) {
    if (!ending_.empty() && text.ends_with(ending_)) strings_.push_back(text);
  }
  void field(Object owner, std::string_view name, int64_t, Object value) {
    if (name == field_ && owner->name == root_class_) found_ = value == nullptr ? "" : value->name;
  }
  void constant(Object, Object) const {}
  void element(Object, Object) const {}
  std::string_view keep(std::string_view name) const { return name; }

 private:
  std::string_view root_class_;
  std::string_view field_;
  std::string_view ending_;  // "" for no strings
  std::string_view found_;
  std::vector<std::string_view> strings_;
  std::set<std::string_view> classes_;
};

}  // namespace

std::string_view field_class(base::ByteCursor& in, std::string_view root_class, std::string_view field) {
  Walker walker(field, "");
  walker.walk(in, root_class, kDepthOfProperties);
  return walker.found();
}

std::vector<std::string_view> strings(base::ByteCursor& in, std::string_view root_class,
                                      std::string_view ending) {
  Walker walker("", ending);
  walker.walk(in, root_class, kDepthOfStrings);
  return walker.strings();
}

std::set<std::string_view> classes(base::ByteCursor& in, std::string_view root_class) {
  Walker walker("", "");
  walker.walk(in, root_class, kDepthOfStrings);
  return walker.classes();
}

}  // namespace checkpointfs::java
