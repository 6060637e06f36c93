# SPDX-License-Identifier: Apache-2.0
# Completion of checkpointfs for fish, which asks `checkpointfs complete`.

function __checkpointfs_complete
    set -l words (commandline -opc)
    set -l typed (string unescape -- (commandline -ct); or commandline -ct)
    for line in (checkpointfs complete $words[2..-1] "$typed" 2>/dev/null)
        switch $line
            case :none
            case :directories
                __fish_complete_directories (commandline -ct) ''
            case :files
                __fish_complete_path (commandline -ct) ''
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c checkpointfs -f -a '(__checkpointfs_complete)'
