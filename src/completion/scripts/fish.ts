/** Fish 3. */
export const fish = `# Completion of coog for fish: coog completion fish | source
function __coog_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer ($words[1] __complete fish $words[2..-1] "$current" 2>/dev/null)
    switch "$answer[1]"
        case :files
            __fish_complete_path "$current"
        case :folders
            __fish_complete_directories "$current" ''
        case '*'
            for line in $answer
                echo $line
            end
    end
end
complete -c coog -f -k -a '(__coog_complete)'
`;
