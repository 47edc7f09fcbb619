"""A whole scenario."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from sim.scenario.costs import Costs
from sim.scenario.cross_checks import cross_checks
from sim.scenario.faults import Fault
from sim.scenario.invisible import first_invisible
from sim.scenario.letters import Letters
from sim.scenario.name_server import NameServer
from sim.scenario.provenance import Provenance
from sim.scenario.provider import Provider
from sim.scenario.readers import Readers
from sim.scenario.resolver import Resolver
from sim.scenario.road import DefaultRoad, Road
from sim.scenario.sender import Sender
from sim.scenario.settings import Name, Settings, convention, graded, is_written, refuse
from sim.scenario.silent_clients import SilentClients
from sim.units import PositiveDuration

_START_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})? *(Z|[+-][0-9]{2}:?[0-9]{2})$"
START_EXAMPLE = "2026-09-01T06:00+09:00"


def _writable(words: str) -> str:
    """Refuse what an escape in YAML can make and no one sees: controls, turns of direction, halves of characters."""
    if found := first_invisible(words):
        refuse("control_character", found=found)
    return words


Words = Annotated[str, AfterValidator(_writable)]


class Text(Settings):
    """Words for people, in English and, if there are any, in Japanese. Written as a string, or as a mapping."""

    en: Words
    """English."""
    ja: Words | None = convention(None)
    """Japanese."""

    def in_language(self, lang: str) -> str:
        """Return the words in a language, or in English where there are none."""
        return self.ja if lang == "ja" and self.ja is not None else self.en

    @model_validator(mode="before")
    @classmethod
    def _english_alone(cls, value: Any) -> Any:
        return {"en": value} if isinstance(value, str | int | float) else value


def _start(value: Any) -> Any:
    """Read a moment with its time zone."""
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip().replace(" ", "T", 1).replace(" ", ""))
        except ValueError:
            refuse("not_a_moment", found=value, expected=START_EXAMPLE)
    if not isinstance(moment, datetime):
        refuse("not_a_moment", found=value, expected=START_EXAMPLE)
    if moment.tzinfo is None or moment.utcoffset() is None:
        refuse("no_time_zone", found=value, expected=f"{moment.isoformat(timespec='minutes')}+09:00")
    if not 1980 <= moment.year <= 2200:
        refuse("out_of_range", found=value, expected="1980 … 2200")
    return moment


Moment = Annotated[
    datetime,
    BeforeValidator(_start),
    PlainSerializer(lambda moment: moment.isoformat(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _START_PATTERN, "examples": [START_EXAMPLE]}),
]
Watched = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*/[1-9][0-9]*$")]


ZoneName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$", max_length=253)]
RecordType = Literal["TXT", "A", "AAAA", "MX", "PTR"]


class Scenario(Settings):
    """A whole scenario: who sends what to whom, over what, and what goes wrong."""

    format: Literal[1] = convention(1)
    """Version of the form of this file."""
    title: Text | None = convention(None)
    """What the scenario is called."""
    question: Text | None = convention(None)
    """What a run of it shall answer."""
    stem: SkipJsonSchema[str] = Field(default="scenario", exclude=True)
    """Short name: that of the file, without its ending."""
    seed: Annotated[int, Field(strict=True, ge=0, le=2**63 - 1)] = convention(1)
    """Number that decides all chance; the same seed gives the same run."""
    start: Moment = convention(datetime(2026, 1, 5, tzinfo=UTC))
    """Moment at which the scenario begins, with its time zone; all times count from here (a Monday, if not set)."""
    duration_us: PositiveDuration
    """How long the scenario lasts."""
    deadline_us: PositiveDuration | None = convention(None)
    """By when the letters should have arrived, counted from the start."""
    senders: Annotated[dict[Name, Sender], Field(min_length=1)]
    """The mail servers that send."""
    providers: Annotated[dict[Name, Provider], Field(min_length=1)]
    """The mailbox providers that receive."""
    resolvers: dict[Name, Resolver] = convention(dict, factory=True)
    """The DNS resolvers that senders ask."""
    name_servers: dict[Name, NameServer] = convention(dict, factory=True)
    """Name servers that know the providers' domains, where their speed or their trouble matters."""
    roads: dict[Name, Road] = convention(dict, factory=True)
    """Roads between one sender and one provider that differ from the default."""
    default_road: DefaultRoad = graded(
        DefaultRoad, "assumption", "a connection within one country", factory=True
    )
    """The road between everybody else: a preset's name, or a mapping."""
    letters: Annotated[dict[Name, Letters], Field(min_length=1)]
    """The letters that are written."""
    silent_clients: dict[Name, SilentClients] = convention(dict, factory=True)
    """Clients that connect and say nothing, so that a host's processes are busy with nothing."""
    readers: dict[Name, Readers] = convention(dict, factory=True)
    """The people who read at each provider; a provider that is not named has none."""
    zones: dict[ZoneName, dict[RecordType, tuple[str, ...]]] = convention(dict, factory=True)
    """Records of any domain that receivers may ask for, as `_spf.example.org: {TXT: [v=spf1 -all]}`."""
    faults: tuple[Fault, ...] = convention(())
    """What goes wrong, and when."""
    costs: Costs | None = convention(None)
    """What this way of sending costs in a month, for `mailsim compare`: a preset's name, or a mapping."""
    watch: tuple[Watched, ...] = convention(())
    """Letters whose whole conversation is kept, as `closure/1`."""

    _provenance: Provenance = PrivateAttr(default_factory=Provenance)

    @property
    def provenance(self) -> Provenance:
        """Return where each value came from."""
        return self._provenance

    @model_validator(mode="after")
    def _parts_fit(self, info: ValidationInfo) -> "Scenario":
        if not is_written(info.context):
            for found in cross_checks(self.model_dump()):
                refuse(found.code, *found.at, **found.fields)
        return self
