// SPDX-License-Identifier: Apache-2.0
#include "tests/export/export_world.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/beneath.h"
#include "base/text/message.h"
#include "flink/decode.h"
#include "flink/metadata.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::exporting {
namespace {

namespace stdfs = std::filesystem;

constexpr const char* kCheckpoints[] = {"job/chk-7", "job/chk-8"};

std::string bytes_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::map<std::string, std::string> tree_of(const std::string& directory) {
  std::map<std::string, std::string> tree;
  for (auto entry = stdfs::recursive_directory_iterator(directory);
       entry != stdfs::recursive_directory_iterator(); ++entry) {
    if (entry->path().filename() == ".checkpointfs") entry.disable_recursion_pending();
    if (entry->is_regular_file()) tree[entry->path().lexically_relative(directory)] = bytes_of(entry->path());
  }
  return tree;
}

std::string uuid(int i) {
  return base::format("0a1b2c3d-0000-4000-8000-{:012}", i);
}

}  // namespace

std::string to_text(Kind kind) {
  switch (kind) {
    case Kind::kCopy:
      return "copy";
    case Kind::kLink:
      return "link";
    case Kind::kJobs:
      return "jobs";
    case Kind::kIntoCopy:
      return "into a copy";
  }
  return "";
}

ExportWorld::ExportWorld(Kind kind, const std::string& disk, int files)
    : kind_(kind), target_(disk + "/target") {
  make_storage(files);
  source_ = tree_of(storage_.source());
  if (kind == Kind::kIntoCopy) {
    for (int i = 0; i < files / 2; ++i) {
      const std::string name = "job/chk-7/" + uuid(i);
      test::replace_file(target_ + "/" + name, expected_.at(name));
    }
    test::replace_file(target_ + "/job/chk-7/of-somebody-else", "precious");
    expected_["job/chk-7/of-somebody-else"] = "precious";
  }
}

// Each checkpoint has files of its own; half of those of the first are in the second as well; and segments.
void ExportWorld::make_storage(int files) {
  const auto bytes = [](const std::string& name, size_t size) {
    std::string text;
    while (text.size() < size) text += name + "\n";
    text.resize(size);
    return text;
  };
  const std::string merged = bytes("merged", 300);
  test::replace_file(storage_.path("job/taskowned/merged"), merged);
  for (int checkpoint = 0; checkpoint < 2; ++checkpoint) {
    const std::string path = kCheckpoints[checkpoint];
    std::vector<std::string> handles;
    for (int i = 0; i < files; ++i) {
      const int number = checkpoint * (files / 2) + i;
      const std::string name = uuid(number);
      const std::string file = "job/shared/" + name;
      const std::string text = bytes(name, 40 + static_cast<size_t>(number));
      if (!stdfs::exists(storage_.path(file))) test::replace_file(storage_.path(file), text);
      handles.push_back(test::file(storage_.uri(file), static_cast<int64_t>(text.size())));
      expected_[path + "/" + name] = text;
    }
    handles.push_back(test::segment(storage_.uri("job/taskowned/merged"), 100 * checkpoint, 50));
    expected_[base::format("{}/merged-{}-50", path, 100 * checkpoint)] =
        merged.substr(static_cast<size_t>(100 * checkpoint), 50);
    storage_.snapshot(path, handles, 7 + checkpoint);
  }
  storage_.scan();
}

Options ExportWorld::options() const {
  Options options;
  options.threads = 1;
  options.checksums = transfer::Checksums::kCrc32cAndSha256;
  if (kind_ == Kind::kLink) options.links = transfer::Links::kWherePossible;
  if (kind_ == Kind::kJobs) options.layout = Layout::kJobs;
  return options;
}

void ExportWorld::run(storage::DiskOperations& disk) {
  {
    Exporter exporter(target_, options(), disk);
    for (const char* const checkpoint : kCheckpoints)
      exporter.run(storage_.reader(), storage_.snapshot_at(checkpoint));
  }
  storage_.close_reader();  // no child may have it
}

void ExportWorld::run_again() {
  storage::DiskOperations disk;
  run(disk);
}

std::string ExportWorld::problem_of(const Tree& tree, const std::string& checkpoint) const {
  const std::string& metadata = tree.at(checkpoint + "/_metadata");
  const auto decoded = flink::decode(metadata);
  if (!decoded) return checkpoint + ": its _metadata cannot be decoded";
  for (const auto& handle : decoded->files) {
    const std::string name =
        "job/" + std::string(kind_ == Kind::kJobs ? stdfs::path("chk-0") / handle.path
                                                  : stdfs::path(checkpoint).filename() / handle.path);
    const auto found = tree.find(stdfs::path(name).lexically_normal());
    if (found == tree.end()) return checkpoint + " lacks " + name;
    const std::string base = stdfs::path(name).filename();
    const std::string natural = base.starts_with("merged") ? base.substr(0, base.find("-50") + 3) : base;
    if (found->second != expected_.at(checkpoint + "/" + natural)) return name + " has other bytes";
  }
  return "";
}

std::string ExportWorld::problem_now() {
  if (tree_of(storage_.source()) != source_) return "the source changed";
  if (!stdfs::exists(target_)) return "";
  const Tree tree = tree_of(target_);
  if (kind_ == Kind::kIntoCopy && !tree.contains("job/chk-7/of-somebody-else"))
    return "the file of somebody else is lost";
  for (const char* const checkpoint : kCheckpoints) {
    if (!tree.contains(std::string(checkpoint) + "/_metadata")) continue;
    if (std::string problem = problem_of(tree, checkpoint); !problem.empty()) return problem;
  }
  return "";
}

bool ExportWorld::is_done() const {
  return std::ranges::all_of(kCheckpoints, [&](const char* checkpoint) {
    return stdfs::exists(target_ + "/" + checkpoint + "/_metadata");
  });
}

std::string ExportWorld::problem_at_end() {
  if (std::string problem = problem_now(); !problem.empty()) return problem;
  Tree tree = tree_of(target_);
  for (const char* const checkpoint : kCheckpoints) {
    for (const char* const with : {"/_metadata", ".manifest.jsonl", ".SHA256SUMS"}) {
      if (tree.erase(checkpoint + std::string(with)) == 0)
        return std::string(checkpoint) + with + " is not there";
    }
  }
  if (kind_ != Kind::kJobs) {
    for (const auto& [path, bytes] : tree) {
      if (!expected_.contains(path)) return path + " is left over";
      if (expected_.at(path) != bytes) return path + " has other bytes";
    }
    if (tree.size() != expected_.size()) return "there are too few files";
  } else {
    std::set<std::string> names;
    for (const auto& [path, bytes] : expected_) names.insert(stdfs::path(path).filename());
    for (const auto& [path, bytes] : tree) {
      if (!path.starts_with("job/shared/")) return path + " is left over";
    }
    if (tree.size() != names.size()) return "shared has another number of files";
  }
  for (const auto& notes : stdfs::directory_iterator(target_ + "/.checkpointfs/export")) {
    for (const auto& note : stdfs::directory_iterator(notes.path())) {
      if (note.path().filename() != "journal") return note.path().string() + " is left over";
    }
  }
  return "";
}

}  // namespace checkpointfs::exporting
