"""`ep admin ARGS…`: trytond-admin with what Coog's own has more.

-cu MODULE…   like -u; DEMO_MODULES are activated too, and nothing is done to a database that this image has updated
              before and that needs no more (DEMO_FORCE_UPDATE=1 does it all the same)
--no-indexes  accepted; indexes are made all the same, on a small database this costs nothing

The password of `admin` is set when -p asks for it, and when there is none yet: on a new database, or on one whose
initialisation was killed half-way. It comes from TRYTONPASSFILE, else (new databases only) from DEMO_ADMIN_PASSWORD,
else from the terminal.
"""

import copy
import hashlib
import os
import sys
import tempfile
from contextlib import contextmanager

import psycopg2
from trytond import __version__, commandline
from trytond.config import config

from .settings import dsn, fail

# Any constant does: two containers that update the same database wait for each other.
LOCK = 0x636F6F67


def parse(arguments):
    create = '-cu' in arguments
    plain = ['-u' if a == '-cu' else a for a in arguments if a != '--no-indexes']
    options = commandline.get_parser_admin().parse_args(plain)
    if create:
        modules = os.environ.get('DEMO_MODULES', '').replace(',', ' ').split()
        options.update += [name for name in modules if name not in options.update]
        options.activatedeps = True
    options.only_when_needed = create and os.environ.get('DEMO_FORCE_UPDATE') != '1'
    if not options.database_names:
        fail('no database: give -d DATABASE or set TRYTOND_DATABASE_NAMES', 2)
    return options


@contextmanager
def locked(database):
    """A connection that holds the database's update lock."""
    try:
        connection = psycopg2.connect(dsn(database), connect_timeout=10)
    except psycopg2.OperationalError as error:
        fail(f'cannot open the database "{database}", which must exist: {str(error).strip()}')
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute('SELECT pg_advisory_lock(%s)', (LOCK,))
        yield connection
    finally:
        connection.close()


def has_password(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('res_user') IS NOT NULL AND to_regclass('ir_module') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT 1 FROM information_schema.columns WHERE table_name = 'res_user' "
            "AND column_name = 'password_hash' AND table_schema = ANY (current_schemas(false))")
        if not cursor.fetchone():
            return False
        cursor.execute("SELECT 1 FROM res_user WHERE login = 'admin' AND password_hash IS NOT NULL")
        return bool(cursor.fetchone())


def signature(connection, options):
    """What an update depends on: versions of the modules, language. None: an update is needed in any case."""
    from trytond.modules import get_module_info
    with connection.cursor() as cursor:
        cursor.execute('SELECT name, state FROM ir_module')
        states = dict(cursor.fetchall())
    active = {name for name, state in states.items() if state == 'activated'}
    if not active.issuperset(options.update) or any(state.startswith('to ') for state in states.values()):
        return None
    versions = [f'{name} {get_module_info(name).get("version")}' for name in sorted(active)]
    text = '\n'.join([__version__, *versions, config.get('database', 'language'), *sorted(options.languages)])
    return 'coog-demo ' + hashlib.sha256(text.encode()).hexdigest()


def recorded(connection):
    """The signature of the last update: a comment on a table, so that it goes into a backup and comes out of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('ir_module'::regclass, 'pg_class')")
        return cursor.fetchone()[0]


def record(connection, text):
    with connection.cursor() as cursor:
        cursor.execute('COMMENT ON TABLE ir_module IS %s', (text,))


def given_password():
    """The password in TRYTONPASSFILE, read once: it may be a pipe, and trytond opens it for each database."""
    path = os.environ.get('TRYTONPASSFILE')
    if not path:
        return None
    try:
        with open(path, encoding='utf-8') as file:
            lines = file.read().splitlines()
    except OSError as error:
        fail(f'TRYTONPASSFILE cannot be read: {error.strerror}', 2)
    if len(lines) != 1 or not lines[0]:
        fail('TRYTONPASSFILE must hold the password on one line', 2)
    return lines[0]


@contextmanager
def password_file(password):
    """Hand a password to trytond in a file (0600, in memory) that is gone afterwards; None: trytond asks."""
    os.environ.pop('TRYTONPASSFILE', None)
    if password is None:
        yield
        return
    descriptor, path = tempfile.mkstemp(dir='/dev/shm')
    try:
        with os.fdopen(descriptor, 'w', encoding='utf-8') as file:
            file.write(password)
        os.environ['TRYTONPASSFILE'] = path
        yield
    finally:
        os.environ.pop('TRYTONPASSFILE', None)
        os.unlink(path)


def run(options, database, given):
    from trytond import admin
    from trytond.exceptions import UserError

    options = copy.copy(options)
    options.database_names = [database]
    with locked(database) as connection:
        first = bool(options.update) and not has_password(connection)
        if options.only_when_needed and not first and not options.password:
            current = signature(connection, options)
            if current and current == recorded(connection):
                sys.stderr.write(f'ep: "{database}": up to date\n')
                return
        if first:
            options.password = not options.reset_password
            if options.email is None:
                options.email = os.environ.get('DEMO_ADMIN_EMAIL', '')
            given = given or os.environ.get('DEMO_ADMIN_PASSWORD') or None
        if options.password and not given and not sys.stdin.isatty():
            fail(f'no password for "admin" of "{database}": set TRYTONPASSFILE'
                + (' or DEMO_ADMIN_PASSWORD' if first else '') + ', or run on a terminal', 2)
        try:
            with password_file(given if options.password else None):
                admin.run(options)
        except UserError as error:
            fail(f'"{database}": {" ".join(str(error.message).split())}')
        # updating ir means updating all: every module depends on it
        if 'ir' in options.update:
            record(connection, signature(connection, options))
    done = ['updated' if options.update else None, 'admin password set' if options.password else None]
    sys.stderr.write(f'ep: "{database}": {", ".join(filter(None, done)) or "done"}\n')


def main(arguments):
    options = parse(arguments)
    config.update_etc(options.configfile)
    commandline.config_log(options)
    given = given_password()
    for database in options.database_names:
        run(options, database, given)


if __name__ == '__main__':
    main(sys.argv[1:])
