"""The environment every container of the image is given."""

import csv
import os
import sys
from urllib.parse import quote, urlsplit


def database_names():
    """Names in TRYTOND_DATABASE_NAMES, read as trytond does (csv: a name may hold a comma in quotes)."""
    line = os.environ.get('TRYTOND_DATABASE_NAMES', '')
    names = [name.strip() for row in csv.reader([line]) for name in row]
    return [name for name in names if name]


def dsn(database):
    """libpq URI of one database, on the server of TRYTOND_DATABASE__URI."""
    uri = os.environ.get('TRYTOND_DATABASE__URI', '')
    if not uri.startswith('postgresql://'):
        fail('TRYTOND_DATABASE__URI must be a postgresql:// URI', 2)
    return urlsplit(uri)._replace(path='/' + quote(database, safe='')).geturl()


def touch(path):
    """Heartbeat: `ep probe` looks at the time of the file."""
    with open(path, 'a'):
        os.utime(path)


def fail(message, code=1):
    sys.stderr.write(f'ep: {message}\n')
    raise SystemExit(code)
