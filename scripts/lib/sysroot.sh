# SPDX-License-Identifier: Apache-2.0
# Packages of another architecture or of another Debian, unpacked in a directory. Sourced, never run.
# shellcheck shell=bash disable=SC2154  # scratch is set by the callers

# own_apt DIRECTORY ARCHITECTURE: $own_apt becomes an apt-get that reads DIRECTORY/debian.sources, keeps all it knows in DIRECTORY,
# and takes nothing for installed.
own_apt() {
    mkdir -p "$1"/{state/lists/partial,cache/archives/partial,no-archives/partial}
    touch "$1/nothing-installed"
    own_apt=(apt-get -q -y -o "Dir::State=$1/state" -o "Dir::Cache=$1/cache" -o APT::Sandbox::User= -o "Dir::State::status=$1/nothing-installed"
        -o Dir::Etc::sourceparts=- -o "Dir::Etc::sourcelist=$1/debian.sources" -o "APT::Architecture=$2" -o "APT::Architectures=$2"
        --no-install-recommends)
}

# record_package FILE DIRECTORY: dpkg-query --admindir=DIRECTORY knows the package and its files.
record_package() {
    local name
    name=$(dpkg-deb -f "$1" Package)
    [ "$(dpkg-deb -f "$1" Multi-Arch)" != same ] || name+=:$(dpkg-deb -f "$1" Architecture)
    { dpkg-deb -f "$1" && printf 'Status: install ok installed\n\n'; } >>"$2/status"
    dpkg-deb --fsys-tarfile "$1" | tar -t | sed 's,^\.,,; s,/$,,; s,^$,/.,' >"$2/info/$name.list"
}

# need_sysroot DIRECTORY ARCHITECTURE PACKAGE...: DIRECTORY/root holds the newest of these packages, and of those they depend on.
# The system's own packages stay as they are.
need_sysroot() {
    local directory=$1 architecture=$2 database=$1/root/var/lib/dpkg package
    shift 2
    own_apt "$directory" "$architecture"
    debian_archives | debian_source_list deb >"$directory/debian.sources"
    if ! { "${own_apt[@]}" update >"$scratch/log" 2>&1 && "${own_apt[@]}" install -o "Dir::Cache::archives=$directory/no-archives/" \
        --print-uris "$@" 2>"$scratch/log" | grep "^'" >"$directory/wanted"; }; then
        cat "$scratch/log"
        die "there are no packages of $architecture"
    fi
    ! cmp -s "$directory/wanted" "$directory/root/wanted" || return 0
    say "unpacking packages of $architecture in $directory"
    rm -rf "$directory/root" "$directory/cache/archives"
    mkdir -p "$directory/cache/archives/partial" "$database/info" "$directory/root/usr/lib"
    echo 1 >"$database/info/format"
    ln -s usr/lib "$directory/root/lib"
    "${own_apt[@]}" install --download-only "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log"; die "packages of $architecture cannot be had"; }
    for package in "$directory"/cache/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$directory/root"
        record_package "$package" "$database"
    done
    cp "$directory/wanted" "$directory/root/"
}

# need_emulator MACHINE: $emulator runs programs of that machine. That of Debian 12 lacks openat2(2).
need_emulator() {
    local directory=${XDG_CACHE_HOME:-$HOME/.cache}/checkpointfs-tools/qemu-of-debian-13
    emulator=$directory/qemu-$1
    ! [ -x "$emulator" ] || return 0
    say "getting qemu-$1 into $directory"
    own_apt "$directory" "$(dpkg --print-architecture)"
    debian_archives | grep -v security | sed -E '1s/ .*/ trixie/; q' | debian_source_list deb >"$directory/debian.sources"
    (
        cd "$directory" && "${own_apt[@]}" update && "${own_apt[@]}" download qemu-user &&
            dpkg-deb --fsys-tarfile qemu-user_*.deb | tar -x -O "./usr/bin/qemu-$1" >"qemu-$1" && rm qemu-user_*.deb && chmod +x "qemu-$1"
    ) >"$scratch/log" 2>&1 || { cat "$scratch/log"; die "qemu-$1 cannot be had"; }
}
