"""`mailsim check`: is a scenario right, and can every letter arrive at all?

That letters cannot arrive may be the very point of a scenario, so it is said and is no error.
"""

from sim.analogy.labels import label
from sim.cli.endings import ends_well
from sim.cli.options import Language, Overrides, ScenarioFile
from sim.cli.show import say
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, duration_words


@ends_well
def check(scenario: ScenarioFile, overrides: Overrides = None, lang: Language = "en") -> None:
    """Check a scenario: is it right, can every letter arrive?"""
    from sim import api
    from sim.reachability import unreachable

    loaded = api.load(scenario, overrides or (), lang)
    say(_words(loaded, str(scenario), lang))
    findings = unreachable(loaded)
    for certain in (True, False):
        found = [finding.in_words(lang) for finding in findings if finding.certain is certain]
        if found:
            say(label("check.cannot_arrive" if certain else "check.may_not_arrive", lang))
            say(*(f"  {words}" for words in found))
    if not findings:
        say(label("check.all_arrive", lang))


def _words(loaded: Scenario, file: str, lang: str) -> str:
    from sim.reachability import handed_in

    duration = duration_words(loaded.duration_us / 1e6, lang)
    counts = [handed_in(loaded, name) for name in loaded.letters]
    if not any(count is None or count for count in counts):
        return label("check.right_but_empty", lang, file=file, duration=duration)
    known = sum(count for count in counts if count is not None)
    letters = label("unit.letter" if known == 1 else "unit.letters", lang, count=count_words(known))
    if None in counts:
        everyday = label("unit.everyday", lang)
        letters = label("check.both_kinds", lang, letters=letters, everyday=everyday) if known else everyday
    comma = label("unit.next_name", lang)
    return label(
        "check.right",
        lang,
        file=file,
        letters=letters,
        senders=comma.join(loaded.senders),
        providers=comma.join(loaded.providers),
        duration=duration,
    )
