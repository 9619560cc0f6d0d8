import { COMMON_OPTIONS } from './arguments.ts'
import { type Command, WrongUse } from './command.ts'

/** A command that prints what makes bash complete the names of these commands and of their options. */
export function completionOf(commands: Readonly<Record<string, Command>>): Command {
  return {
    summary: 'print what makes bash complete commands and options',
    usage: 'bash',
    options: {},
    examples: ['source <(countersign completion bash)'],
    async run({ positionals }) {
      if (positionals.join() !== 'bash') throw new WrongUse('there is completion for bash')
      const script = bashScript(commands)
      return { human: script, json: { script } }
    },
  }
}

function bashScript(commands: Readonly<Record<string, Command>>): string {
  const cases = Object.entries(commands).map(([name, { options }]) => {
    const words = Object.keys({ ...options, ...COMMON_OPTIONS }).map((option) => `--${option}`)
    return `    ${name}) words='${words.join(' ')}' ;;`
  })
  return `_countersign() {
  local words='${[...Object.keys(commands), '--help', '--version'].join(' ')}'
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -gt 1 ]; then case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words='' ;;
  esac; fi
  case "$COMP_CWORD$word" in
    1* | *--*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _countersign countersign`
}
