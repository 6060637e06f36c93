// SPDX-License-Identifier: Apache-2.0
// Completed checkpoints as Flink writes them for a cluster with high availability:
// tests/flink/write-ha-fixtures.
#include "removal/survey/completed_checkpoint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace checkpointfs::removal {
namespace {

std::vector<std::filesystem::path> fixtures() {
  std::vector<std::filesystem::path> files;
  for (const char* const version : {"1.20.5", "2.3.0"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::string(CHECKPOINTFS_TEST_DATA) + "/ha-" + version)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  return files;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CompletedCheckpoint, of_each_flink_names_its_metadata) {
  ASSERT_EQ(fixtures().size(), 6U);
  for (const auto& file : fixtures()) {
    const auto uris = metadata_uris(bytes_of(file));
    ASSERT_TRUE(uris.has_value()) << file << ": " << base::to_string(uris.error());
    ASSERT_EQ(uris->size(), 1U) << file;
    EXPECT_TRUE(uris->front().starts_with("file:/data/flink/checkpoints/")) << uris->front();
    EXPECT_TRUE(uris->front().ends_with("/_metadata")) << uris->front();
  }
}

TEST(CompletedCheckpoint, in_the_storage_of_the_job_manager_names_no_file) {
  for (const char* const version : {"1.20.5", "2.3.0"}) {
    const std::filesystem::path file = std::string(CHECKPOINTFS_TEST_DATA) + "/ha-job-manager/" + version;
    const std::string bytes = bytes_of(file);
    const auto uris = metadata_uris(bytes);
    ASSERT_TRUE(uris.has_value()) << file << ": " << base::to_string(uris.error());
    EXPECT_TRUE(uris->empty());
    for (size_t length = 0; length < bytes.size(); length += length < bytes.size() - 300 ? 17 : 1)
      ASSERT_FALSE(metadata_uris(std::string_view(bytes).substr(0, length)).has_value()) << length;
    // State in a file would be needed, though nothing says where its _metadata is.
    std::string with_file = bytes;
    const std::string in_memory = "org.apache.flink.runtime.state.memory.ByteStreamStateHandle";
    const std::string in_files = "org.apache.flink.runtime.state.filesystem.AnyStateHandle00";
    const size_t at = with_file.find(in_memory);
    ASSERT_NE(at, std::string::npos);
    with_file.replace(at, in_files.size(), in_files);
    EXPECT_FALSE(metadata_uris(with_file).has_value());
  }
}

TEST(CompletedCheckpoint, that_was_cut_is_an_error) {
  const std::string bytes = bytes_of(fixtures().front());
  for (size_t length = 0; length < bytes.size(); length += length < bytes.size() - 300 ? 17 : 1)
    ASSERT_FALSE(metadata_uris(std::string_view(bytes).substr(0, length)).has_value()) << length;
  EXPECT_FALSE(metadata_uris(bytes + '\0').has_value());
}

// Whatever is changed: an answer or an error, and never less than the whole path.
TEST(CompletedCheckpoint, with_changed_bytes_is_an_answer_or_an_error) {
  std::string bytes = bytes_of(fixtures().back());
  for (size_t i = 0; i < bytes.size(); i += 29) {
    const char before = bytes[i];
    for (const char change : {'\x00', '\x71', '\x74', '\xFF'}) {
      bytes[i] = change;
      const auto uris = metadata_uris(bytes);
      if (uris.has_value()) {
        EXPECT_TRUE(uris->front().ends_with("/_metadata"));
      }
    }
    bytes[i] = before;
  }
}

TEST(CompletedCheckpoint, is_no_other_object) {
  EXPECT_FALSE(metadata_uris("").has_value());
  EXPECT_FALSE(metadata_uris(std::string_view("\xAC\xED\x00\x05p", 5)).has_value());
}

}  // namespace
}  // namespace checkpointfs::removal
