# SPDX-License-Identifier: Apache-2.0
# Completion of checkpointfs for bash. Commands and options are asked of the program, so that they are always its own.

# Puts the lines of standard input that begin with $1 into COMPREPLY, as text: what is in them is never expanded,
# as `compgen -W` would. Each is quoted for the command line; where a quote is open already, only names that need
# none are offered.
_checkpointfs_offer() {
    local begin=$1 quoted line
    COMPREPLY=()
    [[ $begin != [\'\"]* ]] || begin=${begin:1}
    while IFS= read -r line; do
        printf -v quoted %q "$line"
        [[ $line == "$begin"* || $quoted == "$begin"* ]] || continue
        [[ $begin == "$1" || $quoted == "$line" ]] || continue
        COMPREPLY+=("$quoted")
    done
}

_checkpointfs_words() {
    # "  mount   show the ..." of the overview, "  -f, --foreground  ..." of a command's help.
    checkpointfs help "$@" 2>/dev/null | sed -nE \
        -e '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p' \
        -e 's/^  (-[a-zA-Z], |    )(--[a-z0-9-]+).*/\2/p'
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
        _checkpointfs_offer "$current" < <(_checkpointfs_words; printf '%s\n' help --help --version)
        return
    fi
    case $previous in
        -o | --options)
            _checkpointfs_offer "$current" < <(printf '%s\n' absolute= keep-shared allow_other drop_privileges io=auto io=hybrid io=push io=plain log= log-level= metrics= pin-on-open pin-on-open= poll= release release=force-newest release-grace= source= state=keyed state=off state=operator)
            compopt -o nospace
            return
            ;;
        --log-level)
            _checkpointfs_offer "$current" < <(printf '%s\n' debug info warning error)
            return
            ;;
        --format)
            if [[ ${COMP_WORDS[1]} == rm || ${COMP_WORDS[1]} == gc ]]; then
                _checkpointfs_offer "$current" < <(printf '%s\n' hadoop s5cmd rclone paths)
            fi
            return
            ;;
        --engine)
            _checkpointfs_offer "$current" < <(printf '%s\n' distcp s5cmd rclone csv)
            return
            ;;
        --layout)
            _checkpointfs_offer "$current" < <(printf '%s\n' snapshots jobs)
            return
            ;;
        --rewrite)
            _checkpointfs_offer "$current" < <(printf '%s\n' relative absolute=)
            compopt -o nospace
            return
            ;;
        --int64)
            _checkpointfs_offer "$current" < <(printf '%s\n' number string)
            return
            ;;
        --absolute | --grace | --job | --keep | --keep-last | --keep-within | --key | --key-group | --limit | --map | --metrics | --older-than | --poll | --threads) return ;;
        --copy) [[ ${COMP_WORDS[1]} == pin ]] || return ;;
    esac
    if [[ ${COMP_WORDS[1]} == unpin && $current != -* && $previous != --* ]]; then
        _checkpointfs_offer "$current" < <(checkpointfs pins 2>/dev/null | sed -nE '1d; /^$/q; s/  .*//p')
        compopt -o default
        return
    fi
    if [[ ${COMP_WORDS[1]} == trash && $current != -* && $previous != --source && $previous != --index ]]; then
        case " ${COMP_WORDS[*]:2:COMP_CWORD-2} " in
            *" list "*) ;;
            *" restore "* | *" purge "*) _checkpointfs_offer "$current" < <(_checkpointfs_plans) ;;
            *) _checkpointfs_offer "$current" < <(printf '%s\n' list restore purge) ;;
        esac
        return
    fi
    case $current in
        -*) _checkpointfs_offer "$current" < <(_checkpointfs_words "${COMP_WORDS[1]}") ;;
        *) compopt -o default ;;
    esac
}

complete -F _checkpointfs checkpointfs
