"""Loading a database's models."""

import os
import time

from trytond.cache import Cache
from trytond.config import config
from trytond.pool import Pool
from trytond.transaction import Transaction

LISTENER_SECONDS = 5


def load(database):
    """Load the models of a database unless this process has them; raise when it cannot be opened.

    With [cache] clean_timeout = 0 (Coog's setting) trytond listens for changes of other processes. Its listener
    starts with some early transaction and throws away a pool whose list of modules is not that of the database, which
    one that is just being loaded never is. So the listener comes first, the models second.
    """
    if database in Pool.database_list():
        return
    deadline = time.monotonic() + LISTENER_SECONDS
    while not listening(database) and time.monotonic() < deadline:
        with Transaction().start(database, 0, readonly=True):
            pass
        time.sleep(0.01)
    Pool(database).init()


def listening(database):
    if config.getint('cache', 'clean_timeout', default=300):
        return True
    return getattr(Cache._listener.get((os.getpid(), database)), 'listening', False)
