"""The WSGI application of `ep server` and `ep bus`: trytond, and the paths of the Coog image it lacks."""

import logging
import os
from urllib.parse import urljoin, urlsplit

from .settings import database_names

DATABASES = database_names()
# trytond.application would load them too, in the order that pools.load avoids.
os.environ.pop('TRYTOND_DATABASE_NAMES', None)

from trytond.application import app
from trytond.transaction import Transaction
from werkzeug.exceptions import HTTPException

from .pools import load

BUS_URL = os.environ.get('COOG_BUS_URL_HOST', '')
logger = logging.getLogger('coog.web')

for name in DATABASES:
    try:
        load(name)
    except Exception as error:
        # the others are served; this one is loaded when it is asked for
        logger.error('database "%s" cannot be loaded: %s', name, ' '.join(str(error).split()))


def ready(database):
    """Can this database be worked with? Only those of the list: a visitor's path must load nothing."""
    if database not in DATABASES:
        return False
    try:
        load(database)
        with Transaction().start(database, 0, readonly=True) as transaction:
            with transaction.connection.cursor() as cursor:
                cursor.execute('SELECT 1')
        return True
    except Exception:
        return False


def text(start_response, status, body=''):
    start_response(status, [('Content-Type', 'text/plain'), ('Content-Length', str(len(body)))])
    return [body.encode()]


def application(environ, start_response):
    path = environ['PATH_INFO']
    parts = path.strip('/').split('/')
    if path == '/liveness':
        return text(start_response, '200 OK', 'alive\n')
    if len(parts) == 2 and parts[1] == 'readiness':
        if ready(parts[0]):
            return text(start_response, '200 OK', 'ready\n')
        return text(start_response, '503 Service Unavailable', 'not ready\n')
    if len(parts) == 3 and (parts[0], parts[2]) == ('bus', 'bus'):
        # Reached without the reverse proxy, which would have taken this to the bus: answer it here.
        environ['PATH_INFO'] = '/' + '/'.join(parts[1:])
    elif len(parts) == 2 and parts[1] == 'bus' and elsewhere(environ):
        location = urljoin(BUS_URL, path.lstrip('/'))
        start_response('308 Permanent Redirect',
            [('Location', location), ('Cache-Control', 'private, max-age=60'), ('Content-Length', '0')])
        return []
    try:
        return app(environ, start_response)
    except HTTPException as refused:
        # trytond refuses a foreign Origin in a place where nothing turns this into an answer
        return refused(environ, start_response)


def elsewhere(environ):
    """A browser follows a redirection with its credentials on the same host only."""
    if environ['REQUEST_METHOD'] != 'POST' or not BUS_URL:
        return False
    host = environ.get('HTTP_X_FORWARDED_HOST') or environ.get('HTTP_HOST', '')
    return host == urlsplit(BUS_URL).netloc
