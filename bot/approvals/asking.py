"""One call of the CRM, and what its answer means for the change."""

from bot.approvals.ports import Job, Outcome
from bot.approvals.sentences import BROKE, BROKE_FOR_GOOD, changed_meanwhile
from bot.crm.port import CrmWriter
from bot.crm.writes import Approval, Receipt, SetContactRole, UpdateOpportunity
from bot.errors import CrmChanged, CrmRejected, CrmUnavailable, CrmUnknown
from bot.log import failure
from bot.proposals import typed_write
from bot.store.proposals import Work

CRASHES = 5
"""an adapter that breaks unexpectedly is tried this often, then a person looks"""


def ask(writer: CrmWriter, job: Job, work: Work) -> Outcome:
    """Have the change written or taken back; raises CrmUnavailable, which is worth another try."""
    try:
        receipt = _undo(writer, work) if job.verb == "undo" else writer.apply(_approval(work))
        return {"receipt": receipt.model_dump(mode="json")}
    except CrmUnavailable:
        raise
    except CrmChanged as error:
        return _changed(job, work, error)
    except CrmRejected as error:
        return {"refused": str(error)}
    except CrmUnknown as error:
        return {"unknown" if job.verb == "apply" else "refused": str(error)}
    except Exception as error:  # noqa: BLE001  # an adapter's bug must neither lose the change nor stop the others
        failure("crm_adapter_broke", error, change=job.change_id)
        return _broke(job, work)


def _approval(work: Work) -> Approval:
    change = work.change
    if change.decided_by is None or change.decided_at is None:
        raise CrmRejected("Nobody approved this change; propose it again.")
    return Approval(
        change_id=change.id,
        write=change.write,
        approved_by=change.decided_by,
        approved_at=change.decided_at,
        doubtful=work.doubtful,
    )


def _undo(writer: CrmWriter, work: Work) -> Receipt:
    if work.change.receipt is None:
        raise CrmRejected("There is no receipt to undo by; change the record in the CRM.")
    return writer.undo(work.change.receipt)


def _changed(job: Job, work: Work, error: CrmChanged) -> Outcome:
    """Put the present value in the old one's place; a refusal where the write has no old value, or it does not fit."""
    write = work.change.write
    if job.verb == "undo" or not isinstance(write, UpdateOpportunity | SetContactRole):
        return {"refused": str(error)}
    try:
        asked = typed_write({**write.model_dump(), "old": error.present})
    except ValueError:
        return {"refused": str(error)}
    why = changed_meanwhile(write, error.present, doubtful=work.doubtful)
    return {"changed": asked.model_dump(mode="json"), "why": why}


def _broke(job: Job, work: Work) -> Outcome:
    """Nobody knows how far a broken adapter came, so that in the end a person must look."""
    if work.tries < CRASHES:
        return {"waiting": BROKE, "doubtful": True}
    return {"unknown" if job.verb == "apply" else "refused": BROKE_FOR_GOOD}
