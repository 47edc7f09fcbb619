"""`mailsim new`: a commented scenario to start from, with the schema that editors read beside it."""

from pathlib import Path
from typing import Annotated

import typer

from sim.analogy.labels import label, taught
from sim.cli.endings import ends_well
from sim.cli.options import Language
from sim.cli.show import say
from sim.errors import OutputError


@ends_well
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, as my_town; makes my_town.yaml.")],
    lang: Language = "en",
) -> None:
    """Write a commented scenario to start from."""
    from sim.exports.output_folder import check_file, write_atomically
    from sim.scenario import schema_export
    from sim.scenario.template import template

    wanted = Path(name)
    stem = wanted.name.removesuffix(".yaml").removesuffix(".yml")
    text = template(stem, lang)
    file = wanted.parent / f"{stem}.yaml"
    if file.exists():
        raise taught(OutputError, "file_exists", path=str(file))
    schema = file.with_name(schema_export.FILE_NAME)
    check_file(file)
    schema_text = schema_export.PACKAGED.read_text(encoding="utf-8")
    if not schema.exists() or _is_ours(schema):
        write_atomically(schema, lambda path: _write(path, schema_text))
    write_atomically(file, lambda path: _write(path, text))
    say(label("new.made", lang, file=file, schema=schema))


def _is_ours(schema: Path) -> bool:
    """Tell whether a schema is one that an earlier version wrote, which a newer one may replace."""
    try:
        return '"A scenario of mailsim"' in schema.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
