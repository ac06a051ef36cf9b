/** Zsh 5. Works when it is sourced behind compinit, and as a file `_coog` in a folder of fpath. */
export const zsh = `#compdef coog
# Completion of coog for zsh: source <(coog completion zsh), behind compinit
_coog() {
  local -a answer texts shown open openshown
  local line text
  answer=("\${(@f)$("\${(Q)words[1]/#\\~/$HOME}" __complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case "$answer[1]" in
    :files) _files; return ;;
    :folders) _files -/; return ;;
  esac
  for line in "\${answer[@]}"; do
    text=\${line%%$'\\t'*}
    [[ -n $text ]] || continue
    if [[ $text == *= ]]; then open+=("$text"); openshown+=("$text")
    elif [[ $line == *$'\\t'* ]]; then texts+=("$text"); shown+=("$text  -- \${line#*$'\\t'}")
    else texts+=("$text"); shown+=("$text"); fi
  done
  (( $#texts )) && compadd -l -d shown -a texts
  (( $#open )) && compadd -S '' -d openshown -a open
}
if [[ $funcstack[1] == _coog ]]; then _coog "$@"; else compdef _coog coog; fi
`;
