# SPDX-License-Identifier: Apache-2.0
# The steps of scripts/release, in its order: what one sets, the next ones use. Sourced, never run.
# shellcheck shell=bash disable=SC2034,SC2154  # root, scratch and dist are set, and the lists of packages read, by the callers

# The packages that link statically, and make the container.
release_packages=(nasm umoci)
# The libraries that are linked, beyond those of program_packages.
release_libraries=(libgflags-dev zlib1g-dev libbz2-dev liblz4-dev libzstd-dev)
# The packages that make packages and look at them.
packing_packages=(git file binutils lintian rpm rpmlint)

# set_machine MACHINE: the names of the machine that the release is for, and the directories of its build and its release.
set_machine() {
    machine=$1 toolchain='' static_build=build-static dist=$root/dist sysroot=''
    case $machine in
        x86_64) debian_architecture=amd64 ;;
        aarch64) debian_architecture=arm64 ;;
        *) die "there is no release for $machine" ;;
    esac
    [ "$machine" != "$(uname -m)" ] || return 0
    [ -e "$root/packaging/cross/$machine.ini.in" ] || die "no compiler for $machine is known"
    toolchain=$machine-linux-gnu- static_build=build-static-$machine dist=$root/dist-$machine
    release_packages+=("g++-$machine-linux-gnu")
}

# The libraries of the machine, if it is not that of the compilers.
prepare_cross_build() {
    local libraries package
    [ -n "$toolchain" ] || return 0
    libraries=(libc6-dev)
    for package in "${program_packages[@]}" "${release_libraries[@]}"; do
        case $package in libfuse3-dev | libisal-dev) ;; lib*-dev) libraries+=("$package") ;; esac
    done
    need_sysroot "$root/$static_build-sysroot" "$debian_architecture" "${libraries[@]}"
    sysroot=$root/$static_build-sysroot/root
    sed "s|@SYSROOT@|$sysroot|" "packaging/cross/$machine.ini.in" >"$root/$static_build-sysroot/cross.ini"
    cross_options=(--cross-file "$root/$static_build-sysroot/cross.ini")
}

# The facts of the release, for the other steps; $build is the build directory.
set_facts() {
    build=$1
    version=$(meson introspect "$build" --projectinfo | python3 -c 'import json, sys; print(json.load(sys.stdin)["version"])')
    commit=$(git rev-parse HEAD)
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
    export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
    maintainer='checkpointfs maintainers <maintainers@checkpointfs.invalid>'
}

# Builds $static_build/.
build_static() {
    need_subproject fuse3 fuse3=3.18.3-1 || die "the source of libfuse cannot be had"
    need_subproject isa-l libisal=2.31.1-3 || die "the source of ISA-L cannot be had"
    # Another compiler or linker makes other bytes.
    unset CC CXX CXX_LD CC_LD LDFLAGS CFLAGS CXXFLAGS CPPFLAGS
    prepare_cross_build
    say "building in $static_build"
    configure "$static_build" --prefix=/usr -Dstatic=true -Dtests=false -Doptimization=2 -Ddebug=false -Dcpp_args= \
        -Dstate=enabled -Dlibfuse=bundled -Dcpp_link_args=-Wl,-Map,checkpointfs.map >"$scratch/log" ||
        { cat "$scratch/log"; die "the build could not be configured"; }
    meson compile -C "$static_build" checkpointfs >"$scratch/log" 2>&1 || { tail -n 40 "$scratch/log"; die "the build failed"; }
    set_facts "$root/$static_build"
}

# make_tar FILE DIRECTORY NAME...: a tar file with equal bytes for equal content.
make_tar() {
    local file=$1 directory=$2
    shift 2
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=ustar \
        -C "$directory" -cf "$file" "$@"
}

# Sets $stage to a directory with all that `meson install` puts down.
make_stage() {
    stage=$scratch/stage
    DESTDIR=$stage meson install -C "$build" --no-rebuild >"$scratch/log" || { cat "$scratch/log"; die "cannot install"; }
    "${toolchain}strip" --remove-section=.comment "$stage/usr/bin/checkpointfs"
    find "$stage" -type d -exec chmod 755 {} + -o -type f -exec chmod u=rwX,go=rX {} +
    doc=$stage/usr/share/doc/checkpointfs
    mkdir -p "$doc"
    cp -n LICENSE NEWS.md README.md "$doc/"
    # Packages cut later times only: a file that was checked out before the last commit would keep its own.
    find "$stage" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

# Notices, bill of materials, and facts for the packages.
make_texts() {
    mkdir "$scratch/texts"
    python3 -B scripts/lib/release_texts.py "$root" "$build" "$build/checkpointfs.map" "$sysroot" \
        "$stage/usr/bin/checkpointfs" "$version" "$commit" "$SOURCE_DATE_EPOCH" "$scratch/texts"
    cp "$scratch/texts/THIRD-PARTY" "$doc/"
    "$pyspdxtools" --infile "$scratch/texts/bill.spdx.json" >"$scratch/log" 2>&1 ||
        { cat "$scratch/log"; die "pyspdxtools finds fault with the bill of materials"; }
    cp "$scratch/texts/bill.spdx.json" "$dist/checkpointfs-$version-linux-$machine.spdx.json"
}

# The tree below a directory of its own, for any prefix: /usr, /usr/local, /opt/checkpointfs, or none. Directories have no entries:
# tar would put one in the place of /usr/local/sbin where that is a link, as in Fedora.
make_tarball() {
    local name=checkpointfs-$version-linux-$machine
    local tree=$scratch/tarball/$name
    mkdir -p "$tree"
    cp -a "$stage/usr/." "$tree/"
    # systemd looks for a program without a directory in /usr/local/bin and /usr/bin.
    sed -i 's|^ExecStart=/usr/bin/|ExecStart=|' "$tree/lib/systemd/system/checkpointfs@.service"
    (cd "$scratch/tarball" && find "$name" ! -type d | LC_ALL=C sort) >"$scratch/tarball-files"
    make_tar - "$scratch/tarball" --files-from="$scratch/tarball-files" | gzip -9n >"$dist/$name.tar.gz"
}

# A copy of the stage for a package: manual pages are compressed. Prints its place.
package_tree() {
    local tree=$scratch/$1
    cp -a "$stage" "$tree"
    find "$tree/usr/share/man" -type f -exec gzip -9n {} +
    echo "$tree"
}

make_deb() {
    local tree package field
    tree=$(package_tree deb)
    package=$tree/usr/share/doc/checkpointfs
    rm "$package/LICENSE"
    gzip -9n "$package/THIRD-PARTY" "$package/NEWS.md"
    mkdir -p "$tree/DEBIAN" "$tree/usr/share/lintian/overrides"
    cp packaging/debian/lintian-overrides "$tree/usr/share/lintian/overrides/checkpointfs"
    mkdir -p "$tree/usr/share/zsh/vendor-completions"
    mv "$tree"/usr/share/zsh/site-functions/* "$tree/usr/share/zsh/vendor-completions/"
    rmdir "$tree/usr/share/zsh/site-functions"
    sed "s/@YEAR@/$(date -d "@$SOURCE_DATE_EPOCH" +%Y)/" packaging/debian/copyright.in >"$package/copyright"
    printf 'checkpointfs (%s-1) unstable; urgency=medium\n\n  * The changes are in NEWS.md.\n\n -- %s  %s\n' \
        "$version" "$maintainer" "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$package/changelog.Debian.gz"
    (cd "$tree" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$tree/DEBIAN/md5sums"
    field=$(cat "$scratch/texts/built-using")
    sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$debian_architecture/; s/@MAINTAINER@/$maintainer/" \
        -e "s/@SIZE@/$(du -sk --apparent-size "$tree/usr" | cut -f1)/; s/@BUILT_USING@/$field/" \
        packaging/debian/control.in >"$tree/DEBIAN/control"
    chmod -R u=rwX,go=rX "$tree/DEBIAN" "$tree/usr/share"
    dpkg-deb --root-owner-group -Zxz --build "$tree" "$dist/checkpointfs_$version-1_$debian_architecture.deb" >/dev/null
    lintian --allow-root --display-info --fail-on error,warning,info "$dist/checkpointfs_$version-1_$debian_architecture.deb" ||
        die "lintian finds fault with the package"
}

make_rpm() {
    local tree
    tree=$(package_tree rpm)
    # Directories of its own, and all files; the licences are marked as such.
    (
        cd "$tree" || exit 1
        find usr -type d -name checkpointfs | LC_ALL=C sort | sed 's,^,%dir /,'
        find usr \( -type f -o -type l \) -printf '/%p\n' | LC_ALL=C sort |
            sed -E 's,^.*/(LICENSE|THIRD-PARTY)$,%license &,; s,^/usr/share/doc/,%doc &,'
    ) >"$scratch/rpm-files"
    rpmbuild -bb --quiet --define "_topdir $scratch/rpmbuild" --define "version_ $version" --define "packager_ $maintainer" \
        --define "stage $tree" --define "list $scratch/rpm-files" --target "$machine-linux" packaging/rpm/checkpointfs.spec >"$scratch/log" 2>&1 ||
        { cat "$scratch/log"; die "rpmbuild failed"; }
    mv "$scratch"/rpmbuild/RPMS/"$machine"/checkpointfs-*.rpm "$dist/checkpointfs-$version-1.$machine.rpm"
    rpmlint -c packaging/rpm/rpmlint.toml "$dist/checkpointfs-$version-1.$machine.rpm" >"$scratch/log" 2>&1 || true
    grep -q ' 0 errors, 0 warnings' "$scratch/log" || { cat "$scratch/log"; die "rpmlint finds fault with the package"; }
}

# The image holds the program, its licences, and the directories that it wants: for its index, for mounts.
make_container() {
    local tree=$scratch/rootfs date image
    date=$(date -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    image=$scratch/oci:$version
    mkdir -p "$tree/usr/bin" "$tree/usr/share/doc/checkpointfs" "$tree/var/lib" "$tree"/{run,tmp,mnt,dev,proc}
    chmod 1777 "$tree/tmp"
    cp -a "$stage/usr/bin/checkpointfs" "$tree/usr/bin/"
    cp "$doc/LICENSE" "$doc/THIRD-PARTY" "$tree/usr/share/doc/checkpointfs/"
    make_tar "$scratch/rootfs.tar" "$tree" .
    mkdir "$dist/container"
    cp packaging/container/Containerfile "$dist/container/"
    gzip -9n <"$scratch/rootfs.tar" >"$dist/container/rootfs.tar.gz"
    umoci init --layout "$scratch/oci"
    umoci new --image "$image"
    umoci raw add-layer --image "$image" --history.created "$date" --history.created_by scripts/release \
        "$scratch/rootfs.tar"
    umoci config --image "$image" --no-history --created "$date" --config.entrypoint /usr/bin/checkpointfs \
        --architecture "$debian_architecture" --os linux --config.label "org.opencontainers.image.version=$version" \
        --config.label "org.opencontainers.image.revision=$commit" --config.label org.opencontainers.image.licenses=Apache-2.0
    umoci gc --layout "$scratch/oci"
    make_tar "$dist/checkpointfs-$version-oci-$machine.tar" "$scratch/oci" .
}

# The LGPL asks for the sources of its libraries, and for means to link the program with changed ones.
make_sources() {
    local tree=$scratch/sources/checkpointfs-$version-sources
    mkdir -p "$tree"
    git archive --format=tar --prefix="checkpointfs-$version/" "$commit" | gzip -9n >"$tree/checkpointfs-$version.tar.gz"
    cp subprojects/packagecache/{fuse-*,isa-l-*}.tar.gz "$tree/"
    while read -r package; do
        say "fetching the source of $package"
        debian_sources "$package" "$tree" || die "Debian's source of $package cannot be had"
    done <"$scratch/texts/lgpl-sources"
    make_tar "$dist/checkpointfs-$version-sources.tar" "$scratch/sources" .
}
