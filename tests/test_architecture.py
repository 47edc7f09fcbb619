"""The shape of the code: small files, stations that say where letters come from and go, a lean engine."""

import ast
import inspect
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "sim").rglob("*.py"))
MAX_LINES = 400
ROUTE = (
    "submission",
    "spool",
    "queue_manager",
    "smtp_client",
    "network",
    "smtp_server",
    "delivery_agent",
    "mailbox_store",
)
READERS = ("pop3", "imap", "webmail")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


@pytest.mark.parametrize("path", [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))], ids=name_of)
def test_no_file_is_longer_than_a_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_nothing_is_imported_by_wildcard(trees: dict[str, ast.Module]) -> None:
    wildcards = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert wildcards == []


def test_imports_are_absolute(trees: dict[str, ast.Module]) -> None:
    relative = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert relative == []


def test_only_the_command_line_prints(trees: dict[str, ast.Module]) -> None:
    printing = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        if not name.startswith(("sim/cli/", "sim/__main__"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def public_definitions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (n for n in node.body if isinstance(n, kinds) and not n.name.startswith("_"))


def test_every_module_and_everything_public_has_a_docstring(trees: dict[str, ast.Module]) -> None:
    silent = [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)]
    silent += [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in trees.items()
        for node in public_definitions(tree)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def ways(docstring: str, word: str) -> list[str]:
    """Read the stations that a manual page names after `From:` or `To:`, up to the next line of its kind."""
    found = re.search(rf"^{word}:(.*(?:\n[ \t]+\S.*)*)", docstring, re.MULTILINE)
    return re.findall(r"[a-z][a-z0-9_]+", found[1]) if found else []


@pytest.fixture(scope="module")
def route(trees: dict[str, ast.Module]) -> "nx.DiGraph[str]":
    """The stations as their manual pages join them: an edge where one says `To:` and the other says `From:`."""
    pages = {Path(n).stem: ast.get_docstring(t) or "" for n, t in trees.items() if n.startswith("sim/mail/")}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for station, page in pages.items():
        for following in ways(page, "To"):
            if following in pages and station in ways(pages[following], "From"):
                graph.add_edge(station, following)
    return graph


def test_a_letter_s_route_can_be_read_in_the_stations_manual_pages(route: "nx.DiGraph[str]") -> None:
    missing = [step for step in itertools.pairwise(ROUTE) if not route.has_edge(*step)]
    missing += [
        ("mailbox_store", reader) for reader in READERS if not route.has_edge("mailbox_store", reader)
    ]
    assert missing == []


def test_a_bounce_goes_back_to_the_spool(route: "nx.DiGraph[str]") -> None:
    assert nx.has_path(route, "queue_manager", "bounce")
    assert route.has_edge("bounce", "spool")


def test_every_station_stands_in_the_contract_of_independence(trees: dict[str, ast.Module]) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    placed = {
        name for contract in contracts if contract["type"] == "independence" for name in contract["modules"]
    }
    stations = {
        name.removesuffix(".py").replace("/", ".")
        for name, tree in trees.items()
        if name.startswith("sim/mail/") and re.search(r"^From:", ast.get_docstring(tree) or "", re.MULTILINE)
    }
    # The cache is a drawer of the sending side, the limits of connections and sessions are of the receiving side;
    # readers sum up, after the run, what their programs did.
    assert stations - placed == {
        "sim.mail.connection_cache",
        "sim.mail.policy.connection_limit",
        "sim.mail.policy.session_limits",
        "sim.mail.readers",
    }


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "networkx", "pyarrow"}


def test_importing_sim_loads_nothing_heavy() -> None:
    assert modules_after("import sim") & HEAVY == set()


def test_a_run_needs_only_the_standard_library_simpy_and_pydantic() -> None:
    code = "\n".join(
        [
            "from sim.scenario.load import load",
            "from sim.run_scenario import run_once",
            "record = run_once(load('scenarios/one_letter.yaml'))",
            "assert len(record.letters) >= 1",
        ]
    )
    assert modules_after(code) & (HEAVY | {"typer", "rich"}) == set()


def test_no_file_of_the_project_names_a_place_on_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=False, cwd=ROOT)
    names = [name for name in listed.stdout.decode().split("\0") if name] or [
        name_of(path) for path in MODULES
    ]
    places = re.compile(rb"(?<![A-Za-z0-9_.])/(?:work|tmp|root|farm|home|Users)/")
    found = [
        name
        for name in names
        if not name.startswith("tests/")
        and (ROOT / name).is_file()
        and places.search((ROOT / name).read_bytes())
    ]
    assert found == []


def test_every_parameter_of_postfix_is_read_by_a_station() -> None:
    """A key that is accepted and does nothing would be a lie."""
    from sim.scenario.postconf import Postconf

    stations = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sim" / "mail").rglob("*.py"))
    read = stations + (ROOT / "sim" / "assembly.py").read_text(encoding="utf-8")
    # Of a pair such as default_ and smtp_destination_rate_delay a station reads which of both holds.
    for name, value in vars(Postconf).items():
        if isinstance(value, property) and value.fget is not None and f".{name}" in read:
            read += inspect.getsource(value.fget)
    unread = [name for name in Postconf.model_fields if name != "preset" and name not in read]
    assert unread == []
