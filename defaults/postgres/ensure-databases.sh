#!/bin/sh
# Creates what is missing on a PostgreSQL server: each database of COOG_DATABASES, and in each the extensions of
# COOG_EXTENSIONS (both with commas between names). Changes nothing that exists, so it may run at every start.
#
#   PGHOST PGPORT PGUSER PGPASSWORD   the server and the log-in, as libpq reads them
#   COOG_WAIT_SECONDS                 how long the server may take to answer (120)
#   COOG_SETTINGS                     what the user's settings begin with, for messages (CUSTOM_POSTGRES)
#
# Ends with 0 when all is there, with 1 and one line that names the remedy when not. Runs under dash and busybox; names
# are handed to psql as values and quoted by it, so that no name is ever read as SQL.
set -u

PGHOST=${PGHOST:-localhost}
PGPORT=${PGPORT:-5432}
export PGHOST PGPORT PGCONNECT_TIMEOUT=5 PGCLIENTENCODING=UTF8 PGAPPNAME=coog
extensions=${COOG_EXTENSIONS:-}
settings=${COOG_SETTINGS:-CUSTOM_POSTGRES}
patience=${COOG_WAIT_SECONDS:-120}
server="$PGHOST:$PGPORT"

trap 'exit 143' TERM
trap 'exit 130' INT

fail() {
  printf 'ensure-databases: %s\n' "$*" >&2
  exit 1
}

# sql DATABASE [psql options], statements on standard input. The database comes by the environment, since psql would read
# an argument with "=" in it as connection parameters.
sql() {
  database=$1
  shift
  PGDATABASE=$database psql -X -w -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose "$@"
}

# First line of what psql or the server said, without psql's prefix.
told() {
  printf '%s\n' "$1" | sed -n -e 's/^psql:[^:]*:[0-9]*: //' -e 's/^psql: error: //' -e '/[^[:space:]]/{p;q;}'
}

[ -n "${PGUSER:-}" ] || fail "no user is given: set ${settings}_USER"
[ -n "${COOG_DATABASES:-}" ] || fail 'no database is given in COOG_DATABASES'

wait_for_server() {
  deadline=$(($(date +%s) + patience))
  until pg_isready -q -t 5 -d template1; do
    [ "$(date +%s)" -lt "$deadline" ] ||
      fail "no PostgreSQL answers at $server after $patience s: check ${settings}_HOST and ${settings}_PORT, and that the server runs"
    sleep 1
  done
}

# Leaves in $entrance a database to work from. Every server has one of these; which one a user may enter differs. A role
# that somebody makes at this very moment gets a few tries.
log_in() {
  complaint=
  for try in 1 2 3 4 5; do
    for entrance in postgres template1 "$first"; do
      said=$(echo 'SELECT 1;' | sql "$entrance" 2>&1) && return 0
      [ -n "$complaint" ] || complaint=$said
    done
    [ "$try" = 5 ] || sleep 2
  done
  fail "$server refuses the log-in of $PGUSER: $(told "$complaint"); check ${settings}_USER and ${settings}_PASSWORD (a server keeps the password that it was first started with)"
}

answer() {
  printf '%s\n' "$2" | sql "$entrance" -v name="$1"
}

exists() {
  [ "$(answer "$1" "SELECT count(*) FROM pg_catalog.pg_database WHERE datname = :'name';")" = 1 ]
}

ensure_database() {
  exists "$1" && return 0
  [ "$(answer "$1" "SELECT octet_length(:'name') > current_setting('max_identifier_length')::int;")" = f ] ||
    fail "the name $1 is no name for a PostgreSQL database: it is longer than 63 bytes, or not UTF-8"
  said=$(answer "$1" "SELECT pg_catalog.format('CREATE DATABASE %I ENCODING ''UTF8'' TEMPLATE template0', :'name') \\gexec" 2>&1) && {
    created="$created${created:+, }$1"
    return 0
  }
  # Another run may have been faster.
  exists "$1" && return 0
  case $said in
    *42501*) fail "$PGUSER may not create the database $1 on $server: have an administrator run: ALTER ROLE $(quoted "$PGUSER") CREATEDB; or: CREATE DATABASE $(quoted "$1") OWNER $(quoted "$PGUSER") ENCODING 'UTF8' TEMPLATE template0;" ;;
    *) fail "the database $1 cannot be created on $server: $(told "$said")" ;;
  esac
}

quoted() {
  answer "$1" "SELECT pg_catalog.format('%I', :'name');"
}

# Asks first: where an extension exists, no right is needed to keep it.
ensure_extensions() {
  [ -n "$extensions" ] || return 0
  for try in 1 2; do
    said=$(sql "$1" -v extensions="$extensions" 2>&1 <<'SQL'
SELECT pg_catalog.format('CREATE EXTENSION IF NOT EXISTS %I', wanted)
  FROM pg_catalog.unnest(pg_catalog.string_to_array(:'extensions', ',')) AS wanted
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = wanted)
\gexec
SQL
    ) && return 0
  done
  case $said in
    *42501*) fail "$PGUSER may not create extensions in the database $1 on $server: have an administrator run in it, for each of $extensions: CREATE EXTENSION IF NOT EXISTS …;" ;;
    *58P01* | *0A000*) fail "$server lacks one of the extensions $extensions ($(told "$said")): install the contrib package of its PostgreSQL" ;;
    *) fail "the extensions $extensions cannot be created in the database $1 on $server: $(told "$said")" ;;
  esac
}

first=${COOG_DATABASES%%,*}
created=
wait_for_server
log_in
remaining=$COOG_DATABASES,
while [ -n "$remaining" ]; do
  # Spaces around a name stay: Tryton takes them for a part of it.
  name=${remaining%%,*}
  remaining=${remaining#*,}
  [ -n "$name" ] || continue
  ensure_database "$name"
  ensure_extensions "$name"
done
printf 'ensure-databases: %s on %s: ready%s\n' "$COOG_DATABASES" "$server" "${created:+, created: $created}"
