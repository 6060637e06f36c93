// SPDX-License-Identifier: Apache-2.0
#include "hadoop_cluster.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>

#include "eventually.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kServerStart{300'000};
constexpr Milliseconds kCommand{180'000};

using Properties = std::map<std::string, std::string>;

std::string xml_of(const Properties& properties) {
  std::string xml;
  for (const auto& [name, value] : properties)
    xml += "<property><name>" + name + "</name><value>" + value + "</value></property>\n";
  return xml;
}

void write_xml(const std::string& path, const std::string& properties) {
  write_file(path, "<?xml version=\"1.0\"?>\n<configuration>\n" + properties + "</configuration>\n");
}

std::unique_ptr<HadoopCluster>& the_shared() {
  static std::unique_ptr<HadoopCluster> cluster;
  return cluster;
}

std::string local_address(int port) {
  return "127.0.0.1:" + std::to_string(port);
}

// Waits until the page, by JSON, holds all of the texts. Jetty sends no Content-Length, and ends an answer of
// HTTP 1.0 by closing.
bool page_says(int port, const std::string& path, const std::vector<std::string>& texts) {
  const std::string command = "exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(port) + " && printf 'GET " +
                              path + " HTTP/1.0\r\n\r\n' >&3 && cat <&3";
  return within(kServerStart, [&] {
    std::this_thread::sleep_for(Milliseconds(300));
    const std::string page = run({"bash", "-c", command}).out;
    return std::ranges::all_of(texts,
                               [&](const std::string& text) { return page.find(text) != std::string::npos; });
  });
}

// Containers of YARN outlive the NodeManager that is killed. Their command lines name its directory.
void kill_all_that_name(const std::string& directory) {
  for (const std::string& name : names_in("/proc")) {
    if (name.find_first_not_of("0123456789") != std::string::npos || name == std::to_string(::getpid()))
      continue;
    std::ifstream file("/proc/" + name + "/cmdline");
    const std::string line((std::istreambuf_iterator<char>(file)), {});
    if (line.find(directory) != std::string::npos) ::kill(std::stoi(name), SIGKILL);
  }
}

}  // namespace

HadoopCluster::HadoopCluster() : name_node_port_(free_port()), http_port_(free_port()) {
  for (int i = 0; i < 12; ++i) ports_.push_back(free_port());
  write_configuration();
  stdfs::create_directory(own_ / "bin");
  write_file(programs() + "/hadoop",
             "#!/bin/bash\n"
             "case $1 in\n"
             "  fs) class=org.apache.hadoop.fs.FsShell ;;\n"
             "  distcp) class=org.apache.hadoop.tools.DistCp ;;\n"
             "  *) echo \"hadoop: no command '$1'\" >&2; exit 2 ;;\n"
             "esac\n"
             "shift\n"
             "export LC_ALL=C.UTF-8\n"
             "exec java -Xmx768m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
             " -cp \"${HADOOP_CONF_DIR:-" +
                 local_configuration() + "}:$CHECKPOINTFS_HADOOP\" \"$class\" \"$@\"\n");
  stdfs::permissions(programs() + "/hadoop", stdfs::perms::owner_all);
  const std::string name_node = "org.apache.hadoop.hdfs.server.namenode.NameNode";
  const RunResult formatted =
      start(local_configuration(), {name_node, "-format", "-force", "-nonInteractive"}, "format")
          ->wait(kServerStart);
  if (formatted.code != 0) fail("the NameNode cannot be formatted");
  servers_.push_back(start(local_configuration(), {name_node}, "namenode"));
  servers_.push_back(
      start(local_configuration(), {"org.apache.hadoop.hdfs.server.datanode.DataNode"}, "datanode"));
  wait_for_data_node();
}

HadoopCluster::~HadoopCluster() {
  servers_.clear();
  kill_all_that_name(own_.path());
}

HadoopCluster& HadoopCluster::shared() {
  if (!the_shared()) the_shared() = std::make_unique<HadoopCluster>();
  return *the_shared();
}

void HadoopCluster::stop_shared() {
  the_shared().reset();
}

std::string HadoopCluster::missing() {
  if (!have_program("java")) return "java is not installed";
  const char* classes = std::getenv("CHECKPOINTFS_HADOOP");
  if (classes == nullptr) return "Hadoop is not installed";
  return std::string(classes).find("hadoop-hdfs") == std::string::npos ? "Hadoop has no NameNode here" : "";
}

void HadoopCluster::write_configuration() const {
  const std::string core = xml_of({{"fs.defaultFS", uri()}, {"hadoop.tmp.dir", own_ / "tmp"}}) + s3a_;
  const std::string hdfs = xml_of({{"dfs.replication", "1"},
                                   {"dfs.namenode.name.dir", "file://" + (own_ / "name")},
                                   {"dfs.datanode.data.dir", "file://" + (own_ / "data")},
                                   {"dfs.namenode.rpc-address", local_address(name_node_port_)},
                                   {"dfs.namenode.http-address", local_address(http_port_)},
                                   {"dfs.datanode.address", local_address(ports_[0])},
                                   {"dfs.datanode.http.address", local_address(ports_[1])},
                                   {"dfs.datanode.ipc.address", local_address(ports_[2])},
                                   {"dfs.datanode.hostname", "127.0.0.1"},
                                   {"dfs.permissions.enabled", "false"},
                                   {"dfs.namenode.safemode.extension", "0"}});
  std::string classes = std::getenv("CHECKPOINTFS_HADOOP");
  for (char& c : classes) c = c == ':' ? ',' : c;
  for (const std::string& directory : {local_configuration(), yarn_configuration()}) {
    write_xml(directory + "/core-site.xml", core);
    write_xml(directory + "/hdfs-site.xml", hdfs);
    write_file(directory + "/log4j.properties",
               "log4j.rootLogger=INFO,A\n"
               "log4j.appender.A=org.apache.log4j.ConsoleAppender\n"
               "log4j.appender.A.target=System.err\n"
               "log4j.appender.A.layout=org.apache.log4j.PatternLayout\n"
               "log4j.appender.A.layout.ConversionPattern=%d{ISO8601} %p %c{2}: %m%n\n");
    // The servers look for their pages, which the libraries of Maven Central lack.
    for (const char* pages : {"hdfs", "datanode", "cluster", "node", "static"})
      stdfs::create_directories(directory + "/webapps/" + pages);
  }
  write_xml(yarn_configuration() + "/mapred-site.xml",
            xml_of({{"mapreduce.framework.name", "yarn"},
                    {"yarn.app.mapreduce.am.resource.mb", "512"},
                    {"yarn.app.mapreduce.am.command-opts", "-Xmx384m -XX:TieredStopAtLevel=1"},
                    {"mapreduce.map.memory.mb", "512"},
                    {"mapreduce.map.java.opts", "-Xmx384m -XX:TieredStopAtLevel=1"},
                    {"mapreduce.application.classpath", yarn_configuration() + "," + classes},
                    {"yarn.app.mapreduce.am.staging-dir", "/staging"}}));
  write_xml(yarn_configuration() + "/yarn-site.xml",
            xml_of({{"yarn.resourcemanager.hostname", "127.0.0.1"},
                    {"yarn.resourcemanager.bind-host", "127.0.0.1"},
                    {"yarn.resourcemanager.address", local_address(ports_[3])},
                    {"yarn.resourcemanager.scheduler.address", local_address(ports_[4])},
                    {"yarn.resourcemanager.resource-tracker.address", local_address(ports_[5])},
                    {"yarn.resourcemanager.admin.address", local_address(ports_[6])},
                    {"yarn.resourcemanager.webapp.address", local_address(ports_[7])},
                    {"yarn.resourcemanager.scheduler.class",
                     "org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler"},
                    {"yarn.nodemanager.bind-host", "127.0.0.1"},
                    {"yarn.nodemanager.hostname", "127.0.0.1"},
                    {"yarn.nodemanager.address", local_address(ports_[8])},
                    {"yarn.nodemanager.localizer.address", local_address(ports_[9])},
                    {"yarn.nodemanager.webapp.address", local_address(ports_[10])},
                    {"mapreduce.shuffle.port", std::to_string(ports_[11])},
                    {"yarn.nodemanager.aux-services", "mapreduce_shuffle"},
                    {"yarn.nodemanager.resource.memory-mb", "4096"},
                    {"yarn.nodemanager.resource.cpu-vcores", "4"},
                    {"yarn.scheduler.minimum-allocation-mb", "128"},
                    {"yarn.nodemanager.vmem-check-enabled", "false"},
                    {"yarn.nodemanager.local-dirs", own_ / "containers"},
                    {"yarn.nodemanager.log-dirs", own_ / "container-logs"},
                    {"yarn.nodemanager.disk-health-checker.enable", "false"},
                    {"yarn.nodemanager.env-whitelist", "JAVA_HOME,PATH"}}));
}

std::unique_ptr<Process> HadoopCluster::start(const std::string& configuration,
                                              const std::vector<std::string>& options,
                                              const std::string& name) {
  // Killed with this program, however that ends.
  std::string command =
      "exec setpriv --pdeathsig KILL java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
      " --add-opens=java.base/java.lang=ALL-UNNAMED -Dhadoop.log.dir=" +
      own_.path() + " -Dyarn.log.dir=" + own_.path() + " -cp " + configuration + ":\"$CHECKPOINTFS_HADOOP\"";
  for (const std::string& option : options) command += " " + option;
  command += " >" + (own_ / (name + ".log")) + " 2>&1";
  return std::make_unique<Process>(std::vector<std::string>{"bash", "-c", command});
}

void HadoopCluster::wait_for_data_node() const {
  if (!page_says(http_port_, "/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState",
                 {"\"NumLiveDataNodes\" : 1", "\"FSState\" : \"Operational\""})) {
    fail("no DataNode has come to the NameNode");
  }
}

void HadoopCluster::start_yarn() {
  if (servers_.size() > 2) return;
  // The NodeManager starts containers by a script, which needs it.
  if (std::getenv("JAVA_HOME") == nullptr) {
    const RunResult java = run({"bash", "-c", "readlink -f \"$(command -v java)\""});
    ::setenv("JAVA_HOME",
             stdfs::path(java.out.substr(0, java.out.find('\n'))).parent_path().parent_path().c_str(), 1);
  }
  const std::string package = "org.apache.hadoop.yarn.server.";
  servers_.push_back(
      start(yarn_configuration(), {package + "resourcemanager.ResourceManager"}, "resourcemanager"));
  servers_.push_back(start(yarn_configuration(), {package + "nodemanager.NodeManager"}, "nodemanager"));
  if (!page_says(ports_[7], "/ws/v1/cluster/metrics", {"\"activeNodes\":1"}))
    fail("no NodeManager has come to the ResourceManager");
}

void HadoopCluster::name_server(const S3Server& server) {
  s3a_ = xml_of(
      {{"fs.s3a.endpoint", server.url()},
       {"fs.s3a.endpoint.region", "us-east-1"},
       {"fs.s3a.path.style.access", "true"},
       {"fs.s3a.connection.ssl.enabled", "false"},
       // The gateway refuses to delete the markers of directories that are not empty, and s3a tries for ever.
       {"fs.s3a.directory.marker.retention", "keep"},
       {"fs.s3a.access.key", S3Server::kUser},
       {"fs.s3a.secret.key", S3Server::kSecret}});
  write_configuration();
}

std::string HadoopCluster::rclone_section() const {
  return "[HD]\ntype = hdfs\nusername = root\nnamenode = " + authority() + "\n";
}

RunResult HadoopCluster::fs(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words = {programs() + "/hadoop", "fs"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  RunResult result = run(words, kCommand);
  EXPECT_EQ(result.code, 0) << result;
  return result;
}

void HadoopCluster::fail(const std::string& problem) const {
  std::string message = problem;
  for (const std::string& name : names_in(own_.path())) {
    if (!name.ends_with(".log")) continue;
    const std::string log = read_file(own_ / name);
    message += "\n--- " + name + "\n" + log.substr(log.size() > 3000 ? log.size() - 3000 : 0);
  }
  throw std::runtime_error(message);
}

}  // namespace checkpointfs::test
