// SPDX-License-Identifier: Apache-2.0
#include "cli/mounting/mount_options.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "cli/mounting/mount_helper.h"

namespace checkpointfs::cli {
namespace {

using Words = std::vector<std::string>;

MountWords words_of(const std::string& text) {
  MountWords words;
  add_mount_words(text, words);
  return words;
}

TEST(MountWords, form_is_owned_when_nothing_is_said) {
  EXPECT_EQ(words_of("ro,nosuid,,defaults").form.kind, flink::FormKind::kOwned);
}

TEST(MountWords, absolute_takes_a_uri_without_its_last_slash) {
  const MountWords words = words_of("ro,absolute=s3://bucket/backup/,nodev");
  EXPECT_EQ(words.form.kind, flink::FormKind::kAbsolute);
  EXPECT_EQ(words.form.prefix, "s3://bucket/backup");
  EXPECT_EQ(words_of("absolute=/backup").form.prefix, "/backup");
}

TEST(MountWords, absolute_keeps_a_comma_when_a_back_slash_precedes_it) {
  EXPECT_EQ(words_of("absolute=file:/a\\,b,ro").form.prefix, "file:/a,b");
}

TEST(MountWords, absolute_is_refused_when_it_is_no_uri) {
  EXPECT_THROW(words_of("absolute=backup"), base::Failure);
  EXPECT_THROW(words_of("absolute="), base::Failure);
  EXPECT_THROW(words_of("absolute"), base::Failure);
}

TEST(MountWords, two_forms_are_refused) {
  EXPECT_EQ(words_of("keep-shared").form.kind, flink::FormKind::kShared);
  EXPECT_THROW(words_of("keep-shared,absolute=/a"), base::Failure);
  EXPECT_THROW(words_of("absolute=/a,absolute=/b"), base::Failure);
}

TEST(MountWords, words_of_fstab_mean_nothing) {
  const MountWords words =
      words_of("ro,nosuid,nodev,noexec,noauto,user,_netdev,nofail,x-systemd.automount,x-gvfs-hide,comment=x");
  EXPECT_EQ(words.fuse_options, Words());
  EXPECT_FALSE(words.allow_other);
}

TEST(MountWords, words_against_the_nature_of_the_mount_are_refused) {
  for (const char* word : {"rw", "suid", "dev", "exec", "subtype=x"}) {
    EXPECT_THROW(words_of(word), base::Failure) << word;
  }
}

TEST(MountWords, other_words_go_to_libfuse_as_they_were_written) {
  EXPECT_EQ(words_of("auto_unmount,max_read=4096,fsname=a\\,b").fuse_options,
            Words({"auto_unmount", "max_read=4096", "fsname=a\\,b"}));
}

TEST(MountWords, options_of_the_command_can_be_said_in_fstab) {
  const MountWords words = words_of("allow_other,index=/i,log=/l,map=hdfs://a/b=/c,map=s3://d=/e");
  EXPECT_TRUE(words.allow_other);
  EXPECT_EQ(words.index_file, "/i");
  EXPECT_EQ(words.log, "/l");
  EXPECT_EQ(words.mappings, Words({"hdfs://a/b=/c", "s3://d=/e"}));
}

TEST(MountWords, metrics_are_served_where_it_is_said) {
  EXPECT_EQ(words_of("ro").metrics, std::nullopt);
  EXPECT_EQ(words_of("metrics=[::1]:9300,ro").metrics, (fs::MetricsAddress{"::1", 9300}));
  EXPECT_THROW(words_of("metrics"), base::Failure);
  EXPECT_THROW(words_of("metrics=host:1"), base::Failure);
}

TEST(MountHelper, arguments_of_mount_8_become_those_of_the_command) {
  EXPECT_EQ(mount_arguments({"/src", "/mnt", "-o", "rw,noauto,allow_other", "-t", "checkpointfs"}),
            Words({"-o", "noauto,allow_other", "--", "/src", "/mnt"}));
  EXPECT_EQ(mount_arguments({"/src", "/mnt", "-sv", "-N", "1"}), Words({"-v", "--", "/src", "/mnt"}));
}

TEST(MountHelper, mount_fuse3_is_told_from_who_names_a_command) {
  EXPECT_TRUE(is_of_mount_fuse({"/src", "/mnt", "-o", "rw,dev,suid"}));
  EXPECT_TRUE(is_of_mount_fuse({"rclone:minio:flink/checkpoints", "/dev/fd/5"}));
  EXPECT_FALSE(is_of_mount_fuse({"mount", "/src", "/mnt"}));
  EXPECT_FALSE(is_of_mount_fuse({"/src"}));
  EXPECT_EQ(mount_arguments({"/src", "/mnt", "-o", "rw,allow_other,dev,suid"}),
            Words({"-o", "allow_other", "--", "/src", "/mnt"}));
}

TEST(MountHelper, rehearsal_does_nothing) {
  EXPECT_EQ(mount_arguments({"/src", "/mnt", "-f"}), std::nullopt);
}

TEST(MountHelper, unknown_letters_are_refused) {
  EXPECT_THROW(mount_arguments({"/src", "/mnt", "-x"}), base::Failure);
  EXPECT_THROW(mount_arguments({"/src", "/mnt", "-o"}), base::Failure);
}

}  // namespace
}  // namespace checkpointfs::cli
