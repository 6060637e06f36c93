# SPDX-License-Identifier: Apache-2.0
# Completion of checkpointfs for bash. Commands and options are asked of the program, so that they are always its own.

_checkpointfs_words() {
    # "  mount   show the ..." of the overview, "  -f, --foreground  ..." of a command's help.
    checkpointfs help "$@" 2>/dev/null | sed -nE \
        -e '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p' \
        -e 's/^  (-[a-zA-Z], |    )(--[a-z-]+).*/\2/p'
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
            mapfile -t COMPREPLY < <(compgen -W "absolute= keep-shared allow_other io=auto io=hybrid io=push io=plain metrics= poll= source=" -- "$current")
            compopt -o nospace
            return
            ;;
        --absolute | --job | --map | --metrics | --poll) return ;;
        --copy) [[ ${COMP_WORDS[1]} == pin ]] || return ;;
    esac
    if [[ ${COMP_WORDS[1]} == unpin && $current != -* && $previous != --* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(checkpointfs pins 2>/dev/null | sed -nE '1d; /^$/q; s/  .*//p')" -- "$current")
        compopt -o default
        return
    fi
    case $current in
        -*) mapfile -t COMPREPLY < <(compgen -W "$(_checkpointfs_words "${COMP_WORDS[1]}")" -- "$current") ;;
        *) compopt -o default ;;
    esac
}

complete -F _checkpointfs checkpointfs
