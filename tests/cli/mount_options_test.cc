// SPDX-License-Identifier: Apache-2.0
#include "cli/mounting/mount_options.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "cli/mounting/mount_helper.h"

namespace checkpointfs::cli {
namespace {

using Texts = std::vector<std::string>;

ParsedMountOptions parsed(const std::string& text) {
  ParsedMountOptions options;
  add_mount_options(text, options);
  return options;
}

TEST(MountOptions, form_is_owned_when_nothing_is_said) {
  EXPECT_EQ(parsed("ro,nosuid,,defaults").form.kind, flink::FormKind::kOwned);
}

TEST(MountOptions, absolute_takes_a_uri_without_its_last_slash) {
  const ParsedMountOptions options = parsed("ro,absolute=s3://bucket/backup/,nodev");
  EXPECT_EQ(options.form.kind, flink::FormKind::kAbsolute);
  EXPECT_EQ(options.form.prefix, "s3://bucket/backup");
  EXPECT_EQ(parsed("absolute=/backup").form.prefix, "/backup");
}

TEST(MountOptions, absolute_keeps_a_comma_when_a_back_slash_precedes_it) {
  EXPECT_EQ(parsed("absolute=file:/a\\,b,ro").form.prefix, "file:/a,b");
}

TEST(MountOptions, absolute_is_refused_when_it_is_no_uri) {
  EXPECT_THROW(parsed("absolute=backup"), base::Failure);
  EXPECT_THROW(parsed("absolute="), base::Failure);
  EXPECT_THROW(parsed("absolute"), base::Failure);
}

TEST(MountOptions, two_forms_are_refused) {
  EXPECT_EQ(parsed("keep-shared").form.kind, flink::FormKind::kShared);
  EXPECT_THROW(parsed("keep-shared,absolute=/a"), base::Failure);
  EXPECT_THROW(parsed("absolute=/a,absolute=/b"), base::Failure);
}

TEST(MountOptions, options_for_mount_and_systemd_are_ignored) {
  const ParsedMountOptions options =
      parsed("ro,nosuid,nodev,noexec,noauto,user,_netdev,nofail,x-systemd.automount,x-gvfs-hide,comment=x");
  EXPECT_EQ(options.fuse_options, Texts());
  EXPECT_FALSE(options.allow_other);
}

TEST(MountOptions, options_against_the_nature_of_the_mount_are_refused) {
  for (const char* option : {"rw", "suid", "dev", "exec", "subtype=x"}) {
    EXPECT_THROW(parsed(option), base::Failure) << option;
  }
}

TEST(MountOptions, other_options_go_to_libfuse_as_they_were_written) {
  EXPECT_EQ(parsed("auto_unmount,max_read=4096,fsname=a\\,b").fuse_options,
            Texts({"auto_unmount", "max_read=4096", "fsname=a\\,b"}));
}

TEST(MountOptions, options_of_the_command_can_be_said_in_fstab) {
  const ParsedMountOptions options = parsed("allow_other,index=/i,log=/l,map=hdfs://a/b=/c,map=s3://d=/e");
  EXPECT_TRUE(options.allow_other);
  EXPECT_EQ(options.index_file, "/i");
  EXPECT_EQ(options.log, "/l");
  EXPECT_EQ(options.mappings, Texts({"hdfs://a/b=/c", "s3://d=/e"}));
}

TEST(MountOptions, metrics_are_served_where_it_is_said) {
  EXPECT_EQ(parsed("ro").metrics, std::nullopt);
  EXPECT_EQ(parsed("metrics=[::1]:9300,ro").metrics, (fs::MetricsAddress{"::1", 9300}));
  EXPECT_THROW(parsed("metrics"), base::Failure);
  EXPECT_THROW(parsed("metrics=host:1"), base::Failure);
}

TEST(MountHelper, arguments_of_mount_8_become_those_of_the_command) {
  EXPECT_EQ(mount_arguments({"/src", "/mnt", "-o", "rw,noauto,allow_other", "-t", "checkpointfs"}),
            Texts({"-o", "noauto,allow_other", "--", "/src", "/mnt"}));
  EXPECT_EQ(mount_arguments({"/src", "/mnt", "-sv", "-N", "1"}), Texts({"-v", "--", "/src", "/mnt"}));
}

TEST(MountHelper, mount_fuse3_is_told_from_who_names_a_command) {
  EXPECT_TRUE(is_of_mount_fuse({"/src", "/mnt", "-o", "rw,dev,suid"}));
  EXPECT_TRUE(is_of_mount_fuse({"rclone:minio:flink/checkpoints", "/dev/fd/5"}));
  EXPECT_FALSE(is_of_mount_fuse({"mount", "/src", "/mnt"}));
  EXPECT_FALSE(is_of_mount_fuse({"/src"}));
  EXPECT_EQ(mount_arguments({"/src", "/mnt", "-o", "rw,allow_other,dev,suid"}),
            Texts({"-o", "allow_other", "--", "/src", "/mnt"}));
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
