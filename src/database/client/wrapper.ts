/**
 * The shell script that starts a client program, in a container and on this machine (dash, busybox, bash).
 *
 * `sh -c SCRIPT coog MODE OUTPUT PROGRAM ARGUMENTS…`, and the line of a passfile first on standard input. `read` takes a pipe byte
 * by byte, so what follows the line is left for the program. The file has no name any more when the program starts, and is
 * read as a descriptor: a kill leaves nothing behind. libpq wants a regular file; a pipe or an environment variable would
 * not do, or be seen.
 *
 * MODE `data`: the rest of standard input is the program's. MODE `alone`: standard input has nothing more, and its end says
 * that coog is gone, so the program is ended. OUTPUT: a file or a named pipe in the place of standard
 * output, or `-`.
 */
export const SCRIPT = `
set -u
umask 077
mode=$1
output=$2
shift 2
IFS= read -r line || exit 125
folder=/dev/shm
[ -w "$folder" ] || folder=/tmp
file=$(mktemp "$folder/coog.XXXXXX") || exit 125
printf '%s\\n' "$line" > "$file" && exec 3< "$file" && rm -f "$file" || exit 125
unset line
PGPASSFILE=/proc/self/fd/3
export PGPASSFILE
[ "$output" = - ] || exec > "$output" || exit 125
[ "$mode" = alone ] || exec "$@"
exec 4<&0 < /dev/null
"$@" 4<&- &
program=$!
trap 'kill -TERM "$program" 2> /dev/null' TERM INT HUP
(
  trap - TERM INT HUP
  while IFS= read -r line; do :; done
  kill -TERM "$program"
  sleep 5
  kill -KILL "$program"
) 3<&- <&4 > /dev/null 2>&1 &
watcher=$!
exec 4<&- 3<&-
while :; do
  wait "$program"
  status=$?
  kill -0 "$program" 2> /dev/null || break
done
kill "$watcher" 2> /dev/null
exit "$status"
`;
