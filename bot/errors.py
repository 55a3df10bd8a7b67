"""One error tree; each error's message is the sentence the seller reads.

BotError                      a request that could not be met (exit status 1)
├── UsageError                wrong words on the command line (exit status 2)
├── NotFound                  no such record; `candidates` holds the nearest names
├── Ambiguous                 several records fit; `candidates` holds them, so the seller is asked
├── NotAllowed                this person may not do that
├── Stale                     the proposal moved on (revision, expiry, already decided)
├── Stopped                   the person stopped the answer, or took the question back
├── Locked                    another process holds the folder; the sentence names it
├── StorageError              folder not writable, disk full, damaged file
├── CalendarError             a person's calendar cannot be read
├── ModelError                the language model failed; the offline writer takes over
│   ├── ModelTimeout          over the time budget
│   ├── ModelRefused          key, quota or policy: asking again will not help
│   │   └── OverBudget        the day's limit of tokens or money is reached
│   └── ModelNonsense         an answer that does not fit the schema
└── CrmError                  the CRM failed
    ├── CrmUnavailable        may pass, and nothing was written: the change waits
    │   └── CrmDoubtful       no answer came: the write may have been made
    ├── CrmUnknown            nobody can tell whether the write was made: a person looks
    └── CrmRejected           will not pass: the CRM's own words reach the seller
        ├── CrmUnanswerable   it has no answer to such a question, now or later
        └── CrmChanged        somebody changed the value meanwhile; `present` holds it, and the person is asked again
"""

from collections.abc import Sequence


class BotError(Exception):
    """A request that could not be met; `str(error)` is one plain sentence that says what to do next."""

    exit_status = 1
    field: str | None = None
    """the input that does not fit, where there is one"""

    def __init__(self, sentence: str, *, candidates: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.candidates = tuple(candidates)


class UsageError(BotError):
    """Wrong words on the command line."""

    exit_status = 2


class NotFound(BotError):
    """No such record; the nearest names are in `candidates`."""


class Ambiguous(BotError):
    """Several records fit; the seller must choose."""


class NotAllowed(BotError):
    """This person may not do that."""


class Stale(BotError):
    """The proposal moved on since the card was drawn."""


class Stopped(BotError):
    """The person stopped the answer, or took the question back."""


class Locked(BotError):
    """Another process holds the folder."""


class StorageError(BotError):
    """The data folder cannot be read or written."""


class CalendarError(BotError):
    """A person's calendar cannot be read; their day comes without it."""


class ModelError(BotError):
    """The language model failed."""

    sent: Sequence[tuple[str, str]] = ()
    """(role, text) of what was sent before it failed; empty: nothing, or it is not known"""
    spent: tuple[int, int] = (0, 0)
    """tokens in and out that the endpoint had counted by then"""
    asked = True
    """whether the endpoint was asked at all"""


class ModelTimeout(ModelError):
    """The model did not answer within the time budget."""


class ModelRefused(ModelError):
    """The endpoint refused: wrong key, quota, unknown model or policy."""


class OverBudget(ModelRefused):
    """The day's limit of tokens or money is reached; the model is not asked."""

    asked = False
    limit: tuple[str, float, float] | None = None
    """which, how much of it is used, and how much it is; None: no limit is reached, but no price is known"""


class ModelNonsense(ModelError):
    """The model's answer does not fit the schema."""


class CrmError(BotError):
    """The CRM failed."""


class CrmUnavailable(CrmError):
    """The CRM cannot be reached now; the change waits."""


class CrmDoubtful(CrmUnavailable):
    """The CRM did not answer a write that it may have made; a repeat must look first."""


class CrmUnknown(CrmError):
    """Nobody can tell whether the CRM made the write; a person must look."""


class CrmRejected(CrmError):
    """The CRM refuses the write; its words are in the sentence."""


class CrmUnanswerable(CrmRejected):
    """The CRM has no answer to such a question, or does not give it to this login."""


class CrmChanged(CrmRejected):
    """The value is no longer the one that was shown; `present` is what the CRM holds now."""

    def __init__(self, sentence: str, present: object) -> None:
        super().__init__(sentence)
        self.present = present
