// SPDX-License-Identifier: Apache-2.0
#include "state/values/kryo_values.h"

#include <cstddef>
#include <optional>
#include <string>

#include <boost/container/small_vector.hpp>

#include "base/text/message.h"
#include "state/json/json_map.h"
#include "state/values/kryo_classes.h"
#include "state/values/kryo_input.h"
#include "state/values/kryo_leaves.h"
#include "state/values/time_values.h"

namespace checkpointfs::state {
namespace {

// any:    varint class | object
// class:  0 null | 1 by name: varint number of the name, the name if it is new | number of the class + 2
// object: varint: 0 null | 1 new | number of an object that began earlier + 2; not for boxed numbers
//         the fields, if it is new
class KryoReader {
 public:
  KryoReader(ValueReader& reader, const Type& type)
      : reader_(reader), type_(type), in_(reader, type.kryo5 ? KryoVersion::kKryo5 : KryoVersion::kKryo2) {}

  // Returns the form of the object; nothing for null, and if the reader is not ok.
  std::optional<KryoForm> any();

 private:
  struct Object {
    KryoForm form;
    size_t start = 0;  // of its text; of dates and times without the quotation marks
    size_t end = 0;    // 0: the object has no end yet
  };

  std::optional<KryoForm> class_of_object();
  KryoForm class_named_next();
  std::optional<KryoForm> object(KryoForm form);
  void numbered(uint32_t number, uint64_t offset, KryoForm form);
  void copy(const Object& object);
  void body(KryoForm form);

  void local_date();
  void local_time();
  TimeOfDay time_of_kryo5();
  void local_date_time();
  void part_of_date_time(KryoForm form);
  void comparator();
  void class_of_array();
  void elements(uint32_t n);
  void map(uint32_t n);
  void object_array();
  void string_array();

  void quote() { reader_.out().raw("\""); }

  ValueReader& reader_;
  const Type& type_;
  KryoInput in_;
  boost::container::small_vector<KryoForm, 4> names_;
  boost::container::small_vector<Object, 8> objects_;
};

std::optional<KryoForm> KryoReader::any() {
  const ValueReader::Nesting nesting(reader_);
  const std::optional<KryoForm> form = class_of_object();
  if (!form || !reader_.ok()) return std::nullopt;
  if (has_references(*form)) return object(*form);
  body(*form);
  return form;
}

std::optional<KryoForm> KryoReader::class_of_object() {
  if (!reader_.ok()) return std::nullopt;
  const uint32_t number = in_.varint("class");
  if (number == 0) {
    reader_.out().null();
    return std::nullopt;
  }
  const KryoForm form = number == 1 ? class_named_next() : kryo_form(number - 2, type_);
  if (form == KryoForm::kUnknown) reader_.set_opaque();
  return form;
}

KryoForm KryoReader::class_named_next() {
  const uint64_t start = reader_.in().offset();
  const uint32_t number = in_.varint("number of the class name");
  if (number < names_.size()) return names_[number];
  if (number > names_.size()) {
    reader_.in().fail(start, "number of the class name",
                      base::format("number {} after {}", number, names_.size()));
    return KryoForm::kUnknown;
  }
  const std::string name = in_.ascii();
  if (name.empty()) reader_.set_opaque();
  const KryoForm form = kryo_form(name, type_);
  names_.push_back(form);
  return form;
}

std::optional<KryoForm> KryoReader::object(KryoForm form) {
  const uint64_t offset = reader_.in().offset();
  const uint32_t number = in_.varint("object");
  if (!reader_.ok()) return std::nullopt;
  if (number == 0) {
    reader_.out().null();
    return std::nullopt;
  }
  const bool is_quoted = form == KryoForm::kLocalDate || form == KryoForm::kLocalTime;
  if (is_quoted) quote();
  numbered(number, offset, form);
  if (is_quoted) quote();
  return form;
}

// An object that is not null.
void KryoReader::numbered(uint32_t number, uint64_t offset, KryoForm form) {
  if (number == 1) {
    const size_t index = objects_.size();
    objects_.push_back({form, reader_.out().size()});
    body(form);
    objects_[index].end = reader_.out().size();
  } else if (number >= 2 && number - 2 < objects_.size() && objects_[number - 2].form == form) {
    copy(objects_[number - 2]);
  } else {
    reader_.in().fail(offset, "object", base::format("number {} is no object of this class", number));
  }
}

void KryoReader::copy(const Object& object) {
  if (!reader_.out().writes()) return;
  if (object.end == 0) return reader_.set_opaque();  // it holds itself
  std::string& text = reader_.out().text();
  if (reader_.spend(1)) text.append(text, object.start, object.end - object.start);
}

void KryoReader::body(KryoForm form) {
  if (read_kryo_leaf(form, in_, reader_)) return;
  if (form == KryoForm::kSortedCollection || form == KryoForm::kSortedMap) comparator();
  if (form == KryoForm::kLocalDate) return local_date();
  if (form == KryoForm::kLocalTime) return local_time();
  if (form == KryoForm::kLocalDateTime) return local_date_time();
  if (form == KryoForm::kSingleton) return elements(1);
  if (form == KryoForm::kSingletonMap) return map(1);
  if (form == KryoForm::kMap || form == KryoForm::kSortedMap) return map(in_.count("map size"));
  if (form == KryoForm::kStringArray) return string_array();
  if (form == KryoForm::kObjectArray) return object_array();
  if (form == KryoForm::kUnknown) return reader_.set_opaque();
  const uint32_t n = in_.count("collection size");
  if (form == KryoForm::kArrayList) class_of_array();
  elements(n);
}

// Kryo 2: the fields by their names. Kryo 5: a serializer of its own.
void KryoReader::local_date() {
  const uint64_t offset = reader_.in().offset();
  Date date;
  if (!type_.kryo5) {
    date.day = static_cast<int16_t>(in_.fixed_short("day"));
    date.month = static_cast<int16_t>(in_.fixed_short("month"));
    date.year = in_.zigzag_int("year");
  } else {
    date.year = static_cast<int32_t>(in_.varint("year"));
    date.month = reader_.in().i8("month");
    date.day = reader_.in().i8("day");
  }
  if (!reader_.ok() || !check_date(date, offset, reader_.in()) || !reader_.out().writes()) return;
  append_date(date, reader_.out().text());
}

void KryoReader::local_time() {
  const uint64_t offset = reader_.in().offset();
  TimeOfDay time;
  if (!type_.kryo5) {
    time.hour = reader_.in().i8("hour");
    time.minute = reader_.in().i8("minute");
    time.nano = in_.zigzag_int("nanoseconds");
    time.second = reader_.in().i8("second");
  } else {
    time = time_of_kryo5();
  }
  if (!reader_.ok() || !check_time(time, offset, reader_.in()) || !reader_.out().writes()) return;
  append_time(nanos_of_day(time), reader_.out().text());
}

// The last unit that is not zero is written as ~unit.
TimeOfDay KryoReader::time_of_kryo5() {
  TimeOfDay time;
  for (int32_t* const unit : {&time.hour, &time.minute, &time.second}) {
    *unit = reader_.in().i8("time");
    if (*unit < 0) {
      *unit = ~*unit;
      return time;
    }
  }
  time.nano = static_cast<int32_t>(in_.varint("nanoseconds"));
  return time;
}

void KryoReader::local_date_time() {
  quote();
  part_of_date_time(KryoForm::kLocalDate);
  reader_.out().raw("T");
  part_of_date_time(KryoForm::kLocalTime);
  quote();
}

// Two objects in Kryo 2.
void KryoReader::part_of_date_time(KryoForm form) {
  if (type_.kryo5) return body(form);
  const uint64_t offset = reader_.in().offset();
  const uint32_t number = in_.varint("object");
  if (reader_.ok()) numbered(number, offset, form);
}

// No comparator is of the JDK and has a known form, but null.
void KryoReader::comparator() {
  if (in_.varint("comparator") != 0) reader_.set_opaque();
}

// The elements have classes of their own.
void KryoReader::class_of_array() {
  if (in_.varint("class of the array") == 1) class_named_next();
}

void KryoReader::elements(uint32_t n) {
  reader_.out().raw("[");
  for (uint32_t i = 0; i < n && reader_.ok(); ++i) {
    reader_.out().separate(i);
    any();
  }
  reader_.out().raw("]");
}

void KryoReader::map(uint32_t n) {
  const size_t first = objects_.size();
  JsonMap map(reader_.out(), JsonMap::Keys::kStrings);
  for (uint32_t i = 0; i < n && reader_.ok(); ++i) {
    map.begin_key();
    const std::optional<KryoForm> key = any();
    if (key && *key != KryoForm::kString) map.demand_pairs();
    map.begin_value();
    any();
    map.end_value();
  }
  if (!reader_.ok()) return;
  map.end();
  for (size_t i = first; i < objects_.size(); ++i) {
    objects_[i].start = map.moved(objects_[i].start);
    objects_[i].end = map.moved(objects_[i].end);
  }
}

void KryoReader::object_array() {
  const uint32_t code = in_.count("array length");
  if (code == 0) return reader_.out().null();
  elements(code - 1);
}

void KryoReader::string_array() {
  const uint32_t code = in_.count("array length");
  if (code == 0) return reader_.out().null();
  reader_.out().raw("[");
  for (uint32_t i = 0; i + 1 < code && reader_.ok(); ++i) {
    reader_.out().separate(i);
    object(KryoForm::kString);
  }
  reader_.out().raw("]");
}

}  // namespace

void read_kryo(ValueReader& reader, const Type& type) {
  KryoReader(reader, type).any();
}

}  // namespace checkpointfs::state
