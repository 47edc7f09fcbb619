"""mailsim: a discrete-event simulator of the whole mail system.

    import sim

    result = sim.run("scenarios/closure_mail.yaml")
    result.summary["reached"]
    result.overview()

No real mail is ever sent. Nothing is imported before it is asked for, so that `import sim` takes no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.api import Result as Result
    from sim.api import load as load
    from sim.api import run as run
    from sim.api_comparison import Comparison as Comparison
    from sim.api_comparison import compare as compare
    from sim.errors import ArgumentError as ArgumentError
    from sim.errors import AuditError as AuditError
    from sim.errors import OutputError as OutputError
    from sim.errors import ScenarioError as ScenarioError
    from sim.errors import SimError as SimError
    from sim.scenario.schema import Scenario as Scenario

_HOMES: Final = {
    "load": "sim.api",
    "run": "sim.api",
    "compare": "sim.api_comparison",
    "Result": "sim.api",
    "Comparison": "sim.api_comparison",
    "Scenario": "sim.scenario.schema",
    "SimError": "sim.errors",
    "ScenarioError": "sim.errors",
    "ArgumentError": "sim.errors",
    "OutputError": "sim.errors",
    "AuditError": "sim.errors",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name == "__version__":
        return import_module("sim.api").version()
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names as well, so that completion shows them."""
    return sorted({*globals(), *__all__, "__version__"})
