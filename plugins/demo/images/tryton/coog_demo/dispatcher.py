"""`python3 -m coog_demo.dispatcher [QUEUES]`: hands the entries of Tryton's queues over to Celery.

A trytond-worker takes an entry out of ir.queue and runs it in a process of its own; here taking out and running are
apart. An entry is marked as taken and sent in one transaction, committed after the broker has confirmed: killed
between, it is sent again, and the task skips what is finished.

QUEUES (comma separated) are names of Tryton's queues, each goes to the Celery queue of that name; none given means
all of Tryton's, into Celery's `default`.
"""

import logging
import os
import select
import signal
import sys
import time

import psycopg2
from kombu.exceptions import OperationalError as BrokerError

from .celery_app import app
from .settings import database_names, dsn, fail, touch

ALIVE = '/tmp/coog-dispatcher.alive'
BATCH = 50
# Notifications wake it up at once; this bounds how late an entry with a date starts.
POLL_SECONDS = 5
RETRY_SECONDS = 2

TAKE = """
    UPDATE ir_queue SET dequeued_at = now()
    WHERE id IN (
        SELECT id FROM ir_queue
        WHERE dequeued_at IS NULL AND (scheduled_at IS NULL OR scheduled_at <= now())
            AND (name = ANY (%(names)s) OR %(all)s)
        ORDER BY scheduled_at NULLS FIRST, expected_at NULLS FIRST, id
        LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING id, name"""

logger = logging.getLogger('coog.dispatcher')


class Database:
    def __init__(self, name, queues):
        self.name = name
        self.queues = queues
        # Tryton writes its timestamps in UTC, without a zone.
        self.connection = psycopg2.connect(dsn(name), options='-c TimeZone=UTC', connect_timeout=10)
        with self.connection, self.connection.cursor() as cursor:
            # trytond quotes the name of its channel twice
            cursor.execute('''LISTEN "'ir.queue'"''')

    def fileno(self):
        return self.connection.fileno()

    def dispatch(self):
        """Send what is due; return how many entries."""
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(TAKE, {'names': self.queues, 'all': not self.queues, 'limit': BATCH})
            entries = cursor.fetchall()
            for task_id, name in entries:
                # retry=False: the loop tries again, and the probe sees that it had to
                app.send_task('tryton.run', (self.name, task_id), queue=name if self.queues else 'default',
                    retry=False)
                logger.info('task %s@%s of queue "%s" sent', task_id, self.name, name)
        return len(entries)

    def forget_notifications(self):
        self.connection.poll()
        self.connection.notifies.clear()


def watch(names, queues):
    databases = [Database(name, queues) for name in names]
    try:
        while True:
            for database in databases:
                database.forget_notifications()
            # Other containers look at the same queues: whoever comes first takes the entry.
            while sum(database.dispatch() for database in databases):
                pass
            touch(ALIVE)
            if not any(database.connection.notifies for database in databases):
                select.select(databases, [], [], POLL_SECONDS)
    finally:
        for database in databases:
            database.connection.close()


def main(queues):
    logging.basicConfig(level=os.environ.get('LOG_LEVEL', 'WARNING'),
        format='[%(asctime)s] %(levelname)s %(name)s %(message)s')
    for noisy in ('amqp', 'kombu', 'celery'):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    names = database_names()
    if not names:
        fail('no database: set TRYTOND_DATABASE_NAMES', 2)
    while True:
        try:
            watch(names, queues)
        except (psycopg2.OperationalError, psycopg2.InterfaceError, BrokerError, OSError) as error:
            logger.error('trying again in %s s: %s', RETRY_SECONDS, ' '.join(str(error).split()))
            time.sleep(RETRY_SECONDS)


if __name__ == '__main__':
    main([name.strip() for name in ''.join(sys.argv[1:2]).split(',') if name.strip()])
