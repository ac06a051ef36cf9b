/** Seconds that a process has to answer. It is asked in a thread of its own: longer means that Python does not run there. */
export const ANSWER_SECONDS = 3;

/**
 * What runs inside the container (contract of the image: shared/facts/defaults.md): it looks at the sockets each time that
 * it reads a line, and ends with its input, so that nothing stays behind when we are gone. uWSGI's client writes to standard
 * error and waits for ever. A socket that did not answer is not asked again: many looks would wait for each.
 * Arguments: seconds, then the sockets as patterns of the shell.
 */
export const ASK = `
limit=$1; shift; silent=' '
while read -r _; do
  printf '\\036look\\n'
  for socket in $*; do
    [ -S "$socket" ] || continue
    printf '\\036socket %s\\n' "$socket"
    case $silent in
      *" $socket "*) status=137 ;;
      *) timeout -s KILL "$limit" uwsgi --connect-and-read "$socket" 2>&1; status=$? ;;
    esac
    [ "$status" != 137 ] || silent="$silent$socket "
    printf '\\n\\036end %s\\n' "$status"
  done
done`;

export interface Answer {
  readonly socket: string;
  /** False when the time was over. */
  readonly inTime: boolean;
  readonly exitCode: number;
  readonly text: string;
}

/**
 * Reads what the script printed, look by look. A record begins with a control character at the start of a line: neither a
 * header of HTTP nor a line of a traceback can.
 */
export function readAnswers(printed: string): Answer[][] {
  const looks: Answer[][] = [];
  for (const part of printed.split(RECORD).slice(1)) {
    const [word = '', ...rest] = part.split('\n');
    const [, kind, value = ''] = /^(look|socket|end) ?(.*)$/.exec(word) ?? [];
    const answers = looks.at(-1);
    if (kind === 'look') looks.push([]);
    if (kind === 'socket') answers?.push({ socket: value, inTime: true, exitCode: 0, text: rest.join('\n') });
    const open = kind === 'end' ? answers?.pop() : undefined;
    if (open) answers?.push(finished(open, Number(value)));
  }
  return looks;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the script writes it
const RECORD = /(?:^|\n)\x1e/;

/** 137 is what `timeout -s KILL` ends with; 124 and 143 are those of other shells' tools. */
function finished(answer: Answer, exitCode: number): Answer {
  const inTime = ![124, 137, 143].includes(exitCode);
  // The shell says "Killed" in the place of an answer.
  return { ...answer, exitCode, inTime, text: inTime ? answer.text : '' };
}
