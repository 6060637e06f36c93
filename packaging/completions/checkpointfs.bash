# SPDX-License-Identifier: Apache-2.0
# Completion of checkpointfs for bash, which asks `checkpointfs complete`.

# Prints a word without the quotes and backslashes that were typed; nothing in it is expanded.
_checkpointfs_unquoted() {
    local word=$1
    [[ $word != [\'\"]* ]] || word=${word:1}
    [[ $word != *[\'\"] || $word == *\\[\'\"] ]] || word=${word%?}
    [[ $word != \~/* ]] || word=$HOME${word:1}
    printf '%s' "${word//\\/}"
}

# Puts the words of the line into $words, up to the one that is being typed: bash splits them at = and : too.
_checkpointfs_words() {
    local i line=$COMP_LINE trimmed word before
    words=()
    for ((i = 0; i <= COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        trimmed=${line#"${line%%[![:space:]]*}"}
        before=${words[*]: -1}
        if ((i > 1)) && [[ $trimmed == "$line" && ($word == [=:]* || $before == *[=:]) ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        line=${trimmed#"$word"}
    done
}

_checkpointfs() {
    local words word line text quoted asked=()
    COMPREPLY=()
    _checkpointfs_words
    for word in "${words[@]:1}"; do asked+=("$(_checkpointfs_unquoted "$word")"); done
    local typed=${words[*]: -1}
    # Readline replaces only what stands behind the last = or :.
    local kept=${typed%"${COMP_WORDS[COMP_CWORD]}"}
    [[ ${COMP_WORDS[COMP_CWORD]} != [=:] ]] || kept=$typed
    local paths=:none
    while IFS= read -r line; do
        if [[ $line == :* && $line != *$'\t'* ]]; then
            paths=$line
            continue
        fi
        text=${line%%$'\t'*}
        printf -v quoted %q "$text"
        # Where a quote is open already, only names that need none are offered.
        [[ $typed != [\'\"]* || $quoted == "$text" ]] || continue
        [[ $quoted == "$kept"* ]] || continue
        COMPREPLY+=("${quoted#"$kept"}")
    done < <(checkpointfs complete "${asked[@]}" 2>/dev/null)
    if ((${#COMPREPLY[@]} == 0)); then
        [[ $paths == :none ]] || compopt -o default
    elif [[ ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace
    fi
}

complete -F _checkpointfs checkpointfs
