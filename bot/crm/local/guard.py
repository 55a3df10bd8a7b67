"""Database failures in the CRM's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import CrmRejected, CrmUnavailable, StorageError


@contextmanager
def crm_errors() -> Iterator[None]:
    """Raise CrmUnavailable for a locked or unreachable database, StorageError for a damaged one, CrmRejected for
    records that break its rules (two of one id).
    """
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        words = getattr(error, "orig", None) or error
        raise CrmUnavailable(
            f"The CRM's database cannot be used just now ({words}): try again in a minute, or run `seller doctor`."
        ) from error
    except IntegrityError as error:
        raise CrmRejected(
            f"The CRM refuses these records ({error.orig}): give each record of a kind an id of its own."
        ) from error
    except DatabaseError as error:
        raise StorageError(f"The CRM's database is damaged ({error.orig}): restore it from a backup.") from error
