# SPDX-License-Identifier: Apache-2.0
# Completion of checkpointfs for bash. Commands and options are asked of the program, so that they are always its own.

_checkpointfs_words() {
    # "  mount   show the ..." of the overview, "  -f, --foreground  ..." of a command's help.
    checkpointfs help "$@" 2>/dev/null | sed -nE \
        -e '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p' \
        -e 's/^  (-[a-zA-Z], |    )(--[a-z-]+).*/\2/p'
}

# Plans in the trash, of the sources that the command line names.
_checkpointfs_plans() {
    local i sources=()
    for ((i = 2; i < COMP_CWORD; ++i)); do
        [[ ${COMP_WORDS[i]} != --source ]] || sources+=(--source "${COMP_WORDS[i + 1]}")
    done
    checkpointfs trash list "${sources[@]}" 2>/dev/null | sed -nE '1d; /^$/q; s/  .*//p'
}

_checkpointfs() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)) || [[ ${COMP_WORDS[1]} == help ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_checkpointfs_words) help --help --version" -- "$current")
        return
    fi
    case $previous in
        -o | --options)
            mapfile -t COMPREPLY < <(compgen -W "absolute= keep-shared allow_other drop_privileges io=auto io=hybrid io=push io=plain log= log-level= metrics= pin-on-open pin-on-open= poll= release release=force-newest release-grace= source=" -- "$current")
            compopt -o nospace
            return
            ;;
        --log-level)
            mapfile -t COMPREPLY < <(compgen -W "debug info warning error" -- "$current")
            return
            ;;
        --format)
            if [[ ${COMP_WORDS[1]} == rm || ${COMP_WORDS[1]} == gc ]]; then
                mapfile -t COMPREPLY < <(compgen -W "hadoop s5cmd rclone paths" -- "$current")
            fi
            return
            ;;
        --absolute | --grace | --job | --keep | --keep-last | --keep-within | --map | --metrics | --older-than | --poll) return ;;
        --copy) [[ ${COMP_WORDS[1]} == pin ]] || return ;;
    esac
    if [[ ${COMP_WORDS[1]} == unpin && $current != -* && $previous != --* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(checkpointfs pins 2>/dev/null | sed -nE '1d; /^$/q; s/  .*//p')" -- "$current")
        compopt -o default
        return
    fi
    if [[ ${COMP_WORDS[1]} == trash && $current != -* && $previous != --source && $previous != --index ]]; then
        case " ${COMP_WORDS[*]:2:COMP_CWORD-2} " in
            *" list "*) ;;
            *" restore "* | *" purge "*) mapfile -t COMPREPLY < <(compgen -W "$(_checkpointfs_plans)" -- "$current") ;;
            *) mapfile -t COMPREPLY < <(compgen -W "list restore purge" -- "$current") ;;
        esac
        return
    fi
    case $current in
        -*) mapfile -t COMPREPLY < <(compgen -W "$(_checkpointfs_words "${COMP_WORDS[1]}")" -- "$current") ;;
        *) compopt -o default ;;
    esac
}

complete -F _checkpointfs checkpointfs
