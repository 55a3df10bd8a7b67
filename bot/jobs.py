"""Durable work: one process per home runs approved changes through DBOS; others leave theirs to it."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos import error as dbos_error

from bot.approvals import Approvals, Job, Outcome
from bot.approvals.applying import Applying
from bot.errors import CrmUnavailable
from bot.log import event, failure
from bot.settings import Settings
from bot.store.database import Engine, guard, open_engine
from bot.store.leader import Leadership

WORKFLOW_VERSION = "2"
"""to be raised when the steps change their order: DBOS resumes only what the same version began"""
TICK = 0.5
"""seconds between two looks for work that another process approved, or for a free worker's place"""
BATCHES = 4
"""lines worked on at once; the changes of one run in order"""
LIVE = {"PENDING", "ENQUEUED", "DELAYED"}

_one_per_process = threading.Lock()
"""DBOS is one per process, and silently hands its first instance to a second user"""


class Worker:
    """A runner of approved changes; `leads` tells whether this process is the one that runs them."""

    def __init__(self, settings: Settings, approvals: Approvals, engine: Engine) -> None:
        self._settings, self._approvals = settings, approvals
        self._leadership = Leadership(engine, settings.home)
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._look_around, name="worker-watch", daemon=True)
        self._pool = ThreadPoolExecutor(BATCHES, thread_name_prefix="worker")
        self._taken: set[tuple[str, str]] = set()
        self._taken_lock = threading.Lock()
        self._run_change: Callable[[str, str, int], None] | None = None
        self._engine: Engine | None = None

    @property
    def leads(self) -> bool:
        """Whether this process runs the changes itself."""
        return self._run_change is not None

    def __enter__(self) -> "Worker":
        leads = self._lead()
        self._approvals.runner = self
        self._watch.start()
        try:
            if leads:
                self._approvals.recover()
        except BaseException:
            self._shut()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shut()

    def _shut(self) -> None:
        self._stop.set()
        self._watch.join()
        self._approvals.runner = None
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self.leads:
            self._run_change = None
            self._close()

    def start(self, jobs: Sequence[Job]) -> None:
        """Take jobs to be run in order; a client leaves them in the store for the worker to find."""
        if not self.leads:
            return
        with self._taken_lock:
            fresh = [job for job in jobs if (job.change_id, job.verb) not in self._taken]
            self._taken |= {(job.change_id, job.verb) for job in fresh}
        if fresh:
            self._pool.submit(self._run, fresh)

    def _run(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            try:
                self._run_one(job)
            except Exception as error:  # noqa: BLE001  # one broken change must not keep the next from being applied
                failure("change_stopped", error, change=job.change_id)
            finally:
                with self._taken_lock:
                    self._taken.discard((job.change_id, job.verb))

    def _run_one(self, job: Job) -> None:
        if self._approvals.applying.held(job):
            return
        run_change = self._run_change  # which the watch takes away where this process loses its lock
        workflow_id = _free_id(job)
        if workflow_id is not None and run_change is not None:
            with SetWorkflowID(workflow_id):
                run_change(job.change_id, job.verb, job.tries)

    def _look_around(self) -> None:
        """Lead as soon as nobody else does; as the leader, pick up what others approved and what is due again."""
        pause = TICK
        while not self._stop.wait(pause):
            try:
                if self.leads and not self._leadership.held():
                    self._step_down()
                if self.leads or self._lead():
                    self._approvals.recover(due_only=True)
                pause = TICK
            except Exception as error:  # noqa: BLE001  # the watch must outlive a full disk or a database that restarts
                failure("worker_watch_failed", error)
                pause = min(pause * 2, 60.0)

    def _lead(self) -> bool:
        if not _one_per_process.acquire(blocking=False):
            return False
        if not self._leadership.acquire():
            _one_per_process.release()
            return False
        try:
            self._launch()
        except BaseException:
            self._close()
            raise
        return True

    def _step_down(self) -> None:
        """Leave the work to whoever leads now: a database server that ended this session gave the lock to somebody else."""
        event("worker_lost_its_lock")
        self._run_change = None
        self._close()

    def _launch(self) -> None:
        url = self._settings.database
        own = url if not url.startswith("sqlite") else f"sqlite:///{self._settings.home / 'dbos.sqlite'}"
        # The store is what survives a power cut; DBOS only says how far a change had come.
        self._engine = open_engine(own, durable=False)
        with guard(self._engine):
            DBOS(config=_config(self._engine))
            run_change = _register(self._approvals.applying)
            DBOS.launch()
        self._run_change = run_change

    def _close(self) -> None:
        DBOS.destroy(destroy_registry=True)
        if self._engine is not None:
            self._engine.dispose()
        self._leadership.release()
        _one_per_process.release()


def start(settings: Settings, approvals: Approvals) -> Worker:
    """Become the worker of this home, or a client of it; use as a context manager around decisions.

    Raises StorageError on entering where the home cannot be used.
    """
    return Worker(settings, approvals, approvals.engine)


def _config(engine: Engine) -> DBOSConfig:
    return DBOSConfig(
        name="seller-assistant",
        system_database_engine=engine,
        executor_id="worker",
        application_version=WORKFLOW_VERSION,
        log_level="CRITICAL",
        enable_otlp=False,
        use_listen_notify=False,
        notification_listener_polling_interval_sec=0.2,
    )


def _register(applying: Applying) -> Callable[[str, str, int], None]:
    """Make the workflow; only the CRM's answer is recorded, as the other steps may be repeated."""

    @DBOS.workflow(name="run_change")
    def run_change(change_id: str, verb: str, tries: int) -> None:
        job = Job(change_id, "undo" if verb == "undo" else "apply", tries)
        if applying.begin(job):
            applying.finish(job, _ask(applying, job))
        applying.tell(job)

    return run_change


def _ask(applying: Applying, job: Job) -> Outcome:
    try:
        return DBOS.run_step(
            {
                "name": "write",
                "retries_allowed": True,
                "interval_seconds": 0.2,
                "backoff_rate": 3.0,
                "max_attempts": 3,
                "should_retry": lambda error: isinstance(error, CrmUnavailable),
            },
            applying.write,
            job,
        )
    except CrmUnavailable as error:
        return {"waiting": str(error)}
    except dbos_error.DBOSMaxStepRetriesExceeded as error:
        return {"waiting": str(error.errors[-1])}


def _free_id(job: Job) -> str | None:
    """Return the id of the job's next workflow; None where one is under way, or DBOS is about to resume it."""
    name = job.change_id if job.verb == "apply" else f"{job.change_id}:undo"
    number = max(job.tries, 1)
    while True:
        workflow_id = name if number == 1 else f"{name}:{number}"
        status = DBOS.get_workflow_status(workflow_id)
        if status is None:
            return workflow_id
        # What another version began is never resumed by DBOS; the change's id keeps its repeat from writing twice.
        if status.status in LIVE and status.app_version == WORKFLOW_VERSION:
            return None
        number += 1
