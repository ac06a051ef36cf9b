"""The Celery application: one task, which runs one entry of Tryton's own queue.

trytond is imported by the worker only, so that the dispatcher and `celery inspect` stay light.
"""

import os

from celery import Celery
from celery.signals import heartbeat_sent, worker_init

from .settings import touch

ALIVE = '/tmp/coog-worker.alive'

app = Celery('coog', broker=os.environ.get('TRYTOND_ASYNC_CELERY') or None)
app.conf.update(
    task_default_queue='default',
    task_ignore_result=True,
    # A task whose worker dies is given to another one: Tryton's tasks are transactions.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=2.0,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # The dispatcher commits "dequeued" once the broker has the task, not before.
    broker_transport_options={'confirm_publish': True},
)


@worker_init.connect
def load_modules(**_):
    """Import Tryton's modules before the processes are forked."""
    from trytond.pool import Pool
    Pool.start()


@heartbeat_sent.connect
def alive(**_):
    touch(ALIVE)


@app.task(name='tryton.run')
def run(database, task_id):
    from trytond.worker import run_task

    from .pools import load
    load(database)
    if not finished(database, task_id):
        run_task(database, task_id)


def finished(database, task_id):
    """A task may arrive twice (its worker was lost after the work, before the acknowledgement)."""
    from trytond.transaction import Transaction
    with Transaction().start(database, 0, readonly=True) as transaction:
        with transaction.connection.cursor() as cursor:
            cursor.execute('SELECT finished_at IS NOT NULL FROM ir_queue WHERE id = %s', (task_id,))
            row = cursor.fetchone()
    return bool(row and row[0])
