#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An installed tree is whole. usage: install_test.py BUILD"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile


def link_of_mount(destdir, prefix):
    """The program that mount.checkpointfs leads to, in the installed tree."""
    for directory in (f'{prefix}/sbin', '/usr/sbin'):
        link = f'{destdir}{directory}/mount.checkpointfs'
        if os.path.islink(link):
            return os.path.normpath(os.path.join(os.path.dirname(link), os.readlink(link)))
    return None


def dead_links(documents):
    """Links of the installed documents to files that are not installed, but for those to the sources."""
    for path in glob.glob(f'{documents}/**/*.md', recursive=True):
        with open(path, encoding='utf-8') as file:
            for link in re.findall(r'\]\(([^)#:\s]+)\)', file.read()):
                if not os.path.exists(os.path.join(os.path.dirname(path), link)) and \
                        not re.search(r'(^|/)(tests/|ARCHITECTURE|CONTRIBUTING)', link):
                    yield f'{os.path.relpath(path, documents)}: {link}'


def main(build):
    options = json.loads(subprocess.check_output(['meson', 'introspect', '--buildoptions', build]))
    prefix = next(option['value'] for option in options if option['name'] == 'prefix')
    with tempfile.TemporaryDirectory() as destdir:
        subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--destdir', destdir], check=True,
                       stdout=subprocess.DEVNULL)
        share = f'{destdir}{prefix}/share'
        failures = [f'dead link: {link}' for link in dead_links(f'{share}/doc/checkpointfs')]
        program = f'{destdir}{prefix}/bin/checkpointfs'
        if link_of_mount(destdir, prefix) != program or not os.access(program, os.X_OK):
            failures.append(f'mount.checkpointfs leads to {link_of_mount(destdir, prefix)}')
        for path in ('doc/checkpointfs/LICENSE', 'doc/checkpointfs/docs/alerts.yml', 'doc/checkpointfs/docs/dashboard.json',
                     'doc/checkpointfs/examples/NAME.conf', 'doc/checkpointfs/docs/kubernetes/daemonset.yaml',
                     'bash-completion/completions/checkpointfs', 'zsh/site-functions/_checkpointfs',
                     'fish/vendor_completions.d/checkpointfs.fish', 'man/man1/checkpointfs.1', 'man/man7/checkpointfs-tutorial.7'):
            if not os.path.exists(f'{share}/{path}'):
                failures.append(f'{path} is not installed')
    print(*failures, sep='\n')
    sys.exit(1 if failures else 0)


if __name__ == '__main__':
    main(sys.argv[1])
