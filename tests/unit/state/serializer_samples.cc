// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/serializer_samples.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <boost/json.hpp>

#include "tests/support/bytes.h"
#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::test {
namespace {

std::string text_of(const boost::json::object& object, const char* key) {
  const boost::json::value* found = object.if_contains(key);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

std::string bytes_of(const boost::json::object& object, const char* key) {
  return Bytes().hex(text_of(object, key)).str();
}

SerializerSample sample_of(const std::string& version, const std::string& line) {
  const boost::json::value parsed = boost::json::parse(line);
  const boost::json::object& object = parsed.as_object();
  SerializerSample sample;
  sample.name = version + ": " + text_of(object, "name");
  sample.writer = version.starts_with("1.") ? state::Writer::kFlink1 : state::Writer::kFlink2;
  sample.type = text_of(object, "type");
  sample.readable = text_of(object, "readable");
  sample.length = boost::json::value_to<int32_t>(object.at("length"));
  sample.snapshot = bytes_of(object, "snapshot");
  for (const boost::json::value& each : object.at("values").as_array()) {
    const boost::json::object& value = each.as_object();
    sample.values.push_back({bytes_of(value, "bytes"), text_of(value, "json"), text_of(value, "opaque")});
  }
  return sample;
}

std::vector<SerializerSample> read_samples() {
  std::vector<SerializerSample> samples;
  for (const std::string version : {"1.20.5", "2.3.0"}) {
    std::ifstream lines(data_directory() / "serializers" / version / "serializers.jsonl");
    for (std::string line; std::getline(lines, line);) samples.push_back(sample_of(version, line));
  }
  if (samples.empty()) throw std::runtime_error("there are no samples of serializers");
  return samples;
}

}  // namespace

const std::vector<SerializerSample>& serializer_samples() {
  static const std::vector<SerializerSample> kSamples = read_samples();
  return kSamples;
}

const SerializerSample& serializer_sample(const std::string& name) {
  const auto& all = serializer_samples();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& sample) { return sample.name == name; });
  if (found == all.end()) throw std::runtime_error("no sample is named " + name);
  return *found;
}

}  // namespace checkpointfs::test
