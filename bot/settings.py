"""All settings, read once from the environment and one TOML file; the only reader of the environment."""

import os
import re
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.errors import BotError


def default_home() -> Path:
    """The platform's data folder, or SELLER_HOME."""
    return Path(os.environ.get("SELLER_HOME") or platformdirs.user_data_dir("seller-assistant", appauthor=False))


Role = Literal["seller", "manager", "enablement", "admin"]
Framework = Literal["meddpicc", "bant", "spiced"]

_CODE = re.compile("[A-Z]{3}")
SECRETS = frozenset(
    {
        "openai_api_key",
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "salesforce_session_id",
        "salesforce_private_key",
        "hubspot_token",
        "erasure_key",
        "audit_key",
        "calendars",
    }
)
"""keys and tokens are read from the environment only, so that no file of a home holds one"""


EXAMPLES = {
    "prices": '{"gpt-5-mini": [0.25, 2]}',
    "never_outside": '["transcript", "legal/"]',
    "rates": '{"EUR": 1.08}',
    "stage_aliases": '{"Demo": "Discovery"}',
    "roles": '{"sam@acme.example": "admin"}',
    "crm_fields": '{"opportunity.competitor": "MainCompetitors__c"}',
    "risk": '{"silence_amber": 21}',
    "calendars": '{"maya@acme.example": "https://calendar.example/maya.ics"}',
}
"""settings that are JSON, each as it may be written"""


class Settings(BaseSettings):
    """One frozen set of settings; every name is an environment variable with the prefix SELLER_."""

    model_config = SettingsConfigDict(env_prefix="SELLER_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=default_home)
    """where all state lives; two homes never touch each other"""
    user: str | None = None
    """e-mail or name of the CRM user who asks in the terminal"""

    model: str | None = None
    """LangChain name such as `openai:gpt-5-mini`, or `offline`; unset: OpenAI where a key or base URL is set"""
    model_timeout: float = Field(default=20.0, gt=0)
    """seconds for one answer of the model; after that the offline writer answers"""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("OPENAI_API_KEY"))
    openai_base_url: str | None = Field(default=None, validation_alias=AliasChoices("OPENAI_BASE_URL"))

    budget_tokens: int | None = Field(default=None, ge=0)
    """tokens, in and out, that all people together may take of the model in a day (UTC); unset: no limit"""
    budget_cost: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """the same in USD, by `prices`"""
    budget_person_tokens: int | None = Field(default=None, ge=0)
    """the same for each person"""
    budget_person_cost: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """the same for each person, in USD"""
    prices: dict[str, tuple[float, float]] = Field(default={})
    """model → USD for a million tokens in, and out; `*` is every other model"""
    redact: Literal["on", "off"] = "on"
    """`off`: e-mail addresses, phone, bank and card numbers are sent to the model as they are"""
    model_inside: Literal["auto", "yes", "no"] = "auto"
    """whether the model is your own: `auto` takes one on this machine or at a private address for that"""
    never_outside: list[str] = Field(default=[])
    """sources that a model outside is never shown: kinds, or folders and files"""

    keep_transcripts_days: int = Field(default=1095, ge=0, le=36_500)
    """for how long transcripts stay in the knowledge base; 0: for ever"""
    keep_prompts_days: int = Field(default=30, ge=0, le=36_500)
    """for how long it is kept what was sent to the model and what came back; 0: for ever"""
    keep_conversations_days: int = Field(default=30, ge=0, le=36_500)
    """for how long it is kept what was said and answered; 0: for ever"""
    keep_logs_days: int = Field(default=90, ge=0, le=36_500)
    """for how long the lines of the home's log are kept; 0: for ever"""

    embedder: str = "minilm"
    """`minilm` (in the package, no download) or `openai:MODEL`"""
    rerank: Literal["off", "local"] = "off"
    """`local`: a closer look at the 30 best passages, word by word; better on short questions, slower by half a second"""
    chroma_url: str | None = None
    """a Chroma server; unset: embedded under home"""
    reingest_minutes: int = Field(default=60, ge=0)
    """how often `seller serve` reads the ingested folders again; 0 never"""
    database_url: str | None = None
    """SQLAlchemy URL; unset: SQLite under home"""

    crm: Literal["local", "salesforce", "hubspot"] = "local"
    currency: str = "USD"
    """for imported records that name none, and of the figures of a pipeline"""
    rates: dict[str, Decimal] = Field(default={})
    """currency → what one unit of it is worth in `currency`; amounts without a rate are never added to others"""
    rates_date: date | None = None
    """the day of these rates, which is said beside every figure that rests on them"""
    stage_aliases: dict[str, str] = Field(default={})
    """a stage's old name, as histories have it → today's name"""
    crm_sees: Literal["all", "team", "own"] = "all"
    """which accounts a seller sees in the embedded CRM and in HubSpot: all, the team's or the own ones"""
    roles: dict[str, Role] = Field(default={})
    """e-mail → role, where the CRM does not say it: seller, manager, enablement or admin"""
    crm_fields: dict[str, str] = Field(default={})
    """our field → the CRM's own name, such as `opportunity.competitor` → `MainCompetitors__c`, `role.champion` → `Champion`"""
    crm_timeout: float = Field(default=30.0, gt=0)
    """seconds for one call of the CRM"""
    refresh_seconds: float = Field(default=2.0, ge=0)
    """time budget for reading the one account anew before a brief; 0 never"""
    sync_minutes: int = Field(default=10, ge=0)
    """how often `seller serve` brings the mirror up to date; 0 never"""
    salesforce_instance_url: str | None = None
    """such as https://acme.my.salesforce.com"""
    salesforce_session_id: SecretStr | None = None
    """a session to use as it is, instead of logging in"""
    salesforce_login_url: str = "https://login.salesforce.com"
    """https://test.salesforce.com for a sandbox"""
    salesforce_username: str | None = None
    """who reads for the mirror; sellers write under their own names"""
    salesforce_consumer_key: str | None = None
    salesforce_private_key: SecretStr | None = None
    """PEM text, or the path of the file that holds it"""
    salesforce_api_version: str = "62.0"
    hubspot_url: str = "https://api.hubapi.com"
    hubspot_token: SecretStr | None = None
    """of a private app"""
    erasure_key: SecretStr | None = None
    """keys the hashes of erased people; unset: a key kept in the data folder"""
    audit_key: SecretStr | None = None
    """seals the lines of the audit trail, 16 characters or more; after a comma the keys of before; unset: chained without a key"""

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    """base of Slack's Web API, used by the Web client and the Socket Mode client alike"""
    slack_timeout: float = Field(default=10.0, gt=0)
    """seconds for one call of Slack's Web API"""

    company: str = ""
    """the seller's own company, as letters end with it"""
    postal_address: str = ""
    """of that company; many countries want it in an e-mail to customers"""
    framework: Framework = "meddpicc"
    """by which calls are read: meddpicc, bant or spiced"""
    risk: dict[str, float] = Field(default={})
    """when the signals of risk fire: name → value, such as `silence_amber`, `Enterprise.dead` or `Enterprise/Negotiation.dead`"""
    recording_consent: Literal["ask", "given"] = "ask"
    """`given`: your recorder asks everybody before each call, so that a transcript needs no word on it"""
    ask_steps: int = Field(default=6, ge=1, le=6)
    """how often the model may look something up for one open question"""
    ask_tokens: int = Field(default=30_000, gt=0)
    """tokens, in and out, that one open question may take"""
    calendars: dict[str, SecretStr] = Field(default={})
    """e-mail → the address (or file) of that person's iCalendar feed; from the environment only, as such an address opens the calendar"""

    log_format: Literal["human", "json"] = "human"

    @field_validator("chroma_url", "openai_base_url", "hubspot_url")
    @classmethod
    def no_login(cls, url: str | None) -> str | None:
        """Refuse a URL with a login in it: such URLs are shown in messages."""
        if url and urlsplit(url).username:
            raise ValueError("a URL with a login in it would be shown; leave the login out")
        return url

    @field_validator("chroma_url", "hubspot_url")
    @classmethod
    def a_web_address(cls, url: str | None) -> str | None:
        """Refuse what is no http(s) URL: it would be taken for a folder, and look like an empty knowledge base."""
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("write it with its protocol, such as http://127.0.0.1:8000")
        return url

    @field_validator("audit_key")
    @classmethod
    def long_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        """Refuse a key that can be guessed."""
        written = keys.get_secret_value().split(",") if keys else []
        if any(len(key.strip()) < 16 for key in written):  # bytes of a strong key
            raise ValueError("a key has 16 characters or more")
        return keys

    @field_validator("rates", mode="before")
    @classmethod
    def rates_that_count(cls, given: object) -> object:
        """Refuse what is no table of currencies and numbers above zero; codes are read in capitals."""
        try:
            found = {str(code).strip().upper(): Decimal(str(worth)) for code, worth in dict(given).items()}  # type: ignore[call-overload]
        except (TypeError, ValueError, ArithmeticError):
            found = {"": Decimal(0)}
        if not all(_CODE.fullmatch(code) and worth.is_finite() and worth > 0 for code, worth in found.items()):
            raise ValueError(
                "write a currency's code and what one unit of it is worth in SELLER_CURRENCY, above zero, "
                'such as {"EUR": 1.08}'
            )
        return found

    @field_validator("prices", mode="before")
    @classmethod
    def prices_that_count(cls, given: object) -> object:
        """Refuse what is no table of models with two numbers of 0 or more."""
        try:
            pairs = {str(name).strip(): _price(price) for name, price in dict(given).items()}  # type: ignore[call-overload]
        except (TypeError, ValueError, KeyError):
            pairs = {"": (-1.0, -1.0)}
        if not all(name and 0 <= low < inf for name, pair in pairs.items() for low in pair):
            raise ValueError(
                'write a model and its USD for a million tokens in, and out, such as {"gpt-5-mini": [0.25, 2]}'
            )
        return pairs

    @field_validator("rates_date", mode="before")
    @classmethod
    def a_day(cls, given: object) -> object:
        """Refuse what is no day."""
        try:
            return date.fromisoformat(given) if isinstance(given, str) else given
        except ValueError:
            raise ValueError("write the day as 2026-12-31") from None

    @field_validator("risk", mode="before")
    @classmethod
    def flat_numbers(cls, given: object) -> object:
        """Read tables in the file as dotted keys; name the key whose value is no number."""
        return _flat(given, "") if isinstance(given, dict) else given

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, default_home() / "settings.toml")
        written = SECRETS & {str(name).lower() for name in toml.toml_data}
        if written:
            raise ValueError(f"it holds {', '.join(sorted(written))}, and secrets belong into the environment")
        return (init_settings, env_settings, toml)

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the store."""
        return self.database_url or f"sqlite:///{self.home / 'seller.db'}"

    @property
    def audit_keys(self) -> list[bytes]:
        """The keys of the audit trail, the one that seals first."""
        written = self.audit_key.get_secret_value().split(",") if self.audit_key else []
        return [key.strip().encode() for key in written]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Addresses of the services that are used."""
        found = (
            self.openai_base_url, self.chroma_url, self.hubspot_url, self.salesforce_instance_url,
            self.salesforce_login_url, self.slack_api_url,
        )  # fmt: skip
        return tuple(one for one in found if one)

    @property
    def chroma_folder(self) -> Path:
        """Folder of the embedded Chroma."""
        return self.home / "chroma"

    @property
    def words_folder(self) -> Path:
        """Folder of the word index, which each home has for itself, also beside a Chroma server."""
        return self.home / "words"

    @cached_property
    def model_name(self) -> str:
        """The model that is asked: the setting, else OpenAI's where it can be reached, else `offline`."""
        if self.model:
            return self.model
        return "openai:gpt-5-mini" if self.openai_api_key or self.openai_base_url else "offline"


def _price(given: Any) -> tuple[float, float]:
    if isinstance(given, str):
        raise TypeError("two signs of a text are no two numbers")
    low, high = (given["input"], given["output"]) if isinstance(given, dict) else given
    return float(low), float(high)


def _flat(given: dict[Any, Any], prefix: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in given.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            found |= _flat(value, f"{key}.")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < inf:
            raise ValueError(f"{key} is {value!r}, and a number of 0 or more is wanted")
        else:
            found[key] = value
    return found


def load(home: Path | None = None) -> Settings:
    """Read the settings, of another home where one is named; a bad value becomes one sentence that names it.

    Raises BotError for a value that does not fit, a settings file that is not TOML or a home that may not be read.
    """
    if home is not None:
        # The file of settings is that of the home, so from here on this process works in that one.
        os.environ["SELLER_HOME"] = str(home)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        name = name.upper() if name.startswith("OPENAI_") else f"SELLER_{name.upper()}"
        raise BotError(
            f"The setting {name} does not fit: {first['msg'].removeprefix('Value error, ')}; correct it and try again."
        ) from error
    except SettingsError as error:
        field = str(error).partition('"')[2].partition('"')[0]
        raise BotError(f"The setting SELLER_{field.upper()} is no JSON; write it like {EXAMPLES[field]}.") from error
    except PermissionError as error:
        raise BotError(
            f"The data folder {default_home()} cannot be read ({error.strerror}); "
            "give yourself the rights to it and its files, or set SELLER_HOME to another folder."
        ) from error
    except (ValueError, OSError) as error:
        path = default_home() / "settings.toml"
        raise BotError(f"The settings file {path} cannot be read: {error}; correct or remove it.") from error
