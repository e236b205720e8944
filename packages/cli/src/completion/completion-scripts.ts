export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

// `--` keeps the words from being options of this call. Without a candidate each shell completes files of this machine.
const call = "front-door __complete --";

/** What each shell runs. A name from the workspace reaches the command line quoted. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `_front_door() {
  local candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("$(printf %q "$candidate")")
  done < <(${call} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == */ ]]; then compopt -o nospace; fi
}
complete -o default -F _front_door front-door
`,
  zsh: `#compdef front-door
_front_door() {
  local -a candidates
  candidates=("\${(@f)$(${call} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=("\${(@)candidates:#}")
  if (( \${#candidates} == 0 )); then _files; return; fi
  compadd -S '' -- "\${(@M)candidates:#*/}"
  compadd -- "\${(@)candidates:#*/}"
}
compdef _front_door front-door
`,
  fish: `complete -c front-door -a '(${call} (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};
