/** Bash 4.4 or later. Needs no bash-completion. */
export const bash = `# Completion of coog for bash: source <(coog completion bash)
_coog() {
  local line=\${COMP_LINE:0:COMP_POINT} words answer current cut i
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=\${words[-1]}
  mapfile -t answer < <("\${words[0]/#\\~/$HOME}" __complete bash "\${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  case \${answer[0]} in
    :files) compopt -o default -o bashdefault; return ;;
    :folders) compopt -o dirnames; return ;;
  esac
  # Readline takes a colon and an equals sign for the end of a word, and would put them in twice.
  cut=
  for ((i = \${#current}; i > 0; i--)); do
    [[ $COMP_WORDBREAKS == *"\${current:i-1:1}"* ]] || continue
    # Readline keeps an @ itself, for names of hosts.
    [[ \${current:i-1:1} != @ ]] || ((i--))
    cut=\${current:0:i}
    break
  done
  for i in "\${answer[@]}"; do
    i=\${i%%$'\\t'*}
    [[ $i == *= ]] && compopt -o nospace
    COMPREPLY+=("\${i#"$cut"}")
  done
}
complete -F _coog coog
`;
