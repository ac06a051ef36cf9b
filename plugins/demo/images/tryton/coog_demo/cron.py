"""`ep cron`: Tryton's scheduled actions, for every database, once a minute.

trytond-cron does the same without a sign of life; here a file is touched while all goes well, for `ep cron --check`.
Ill is: a database whose last run failed as a whole. An action that fails is Tryton's own affair (it logs it), and one
that takes long is not ill.
"""

import logging
import os
import signal
import threading

from trytond.pool import Pool

from .pools import load
from .settings import database_names, fail, touch

ALIVE = '/tmp/coog-cron.alive'
EVERY_SECONDS = 60
HEARTBEAT_SECONDS = 5
# docker sends SIGKILL after 10 s: an action that is still running then is rolled back by the database
MERCY_SECONDS = 3

logger = logging.getLogger('coog.cron')


class Schedule(threading.Thread):
    """The actions of one database: a slow one delays no other database."""

    def __init__(self, database, stop):
        super().__init__(name=database, daemon=True)
        self.database = database
        self.stop = stop
        self.healthy = False

    def run(self):
        while True:
            try:
                self.run_due()
                self.healthy = True
            except Exception:
                self.healthy = False
                logger.exception('the actions of "%s" cannot be run', self.database)
            if self.stop.wait(EVERY_SECONDS):
                return

    def run_due(self):
        load(self.database)
        Pool(self.database).get('ir.cron').run(self.database)


def main():
    logging.basicConfig(level=os.environ.get('LOG_LEVEL', 'WARNING'),
        format='%(process)s [%(asctime)s] %(levelname)s %(name)s %(message)s')
    logging.captureWarnings(True)
    names = database_names()
    if not names:
        fail('no database: set TRYTOND_DATABASE_NAMES', 2)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    Pool.start()
    schedules = [Schedule(name, stop) for name in names]
    for schedule in schedules:
        schedule.start()
    # The first heartbeat comes as soon as the first run is over, for a quick start.
    while not stop.wait(HEARTBEAT_SECONDS if os.path.exists(ALIVE) else 0.2):
        if all(schedule.healthy for schedule in schedules):
            touch(ALIVE)
    for schedule in schedules:
        schedule.join(MERCY_SECONDS / len(schedules))


if __name__ == '__main__':
    main()
