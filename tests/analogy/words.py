"""What tests of words share: fields of a sentence, and slips of Japanese typing."""

import re
import string

JAPANESE = r"\u3040-\u30ff\u3005\u4e00-\u9fff"
SLIPS = {
    "a full-width letter or digit": r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]",
    "a half-width kana": r"[\uff61-\uff9f]",
    "a full-width blank": r"\u3000",
    "a plain comma or full stop after Japanese": rf"[{JAPANESE}][,.](?![a-z]+\b)",
    "a plain bracket beside Japanese": rf"[{JAPANESE}][()]|\([{JAPANESE}]",
    "a plain colon or question mark after Japanese": rf"[{JAPANESE}）][:?!;]",
    "a full-width comma of another style": r"[，．]",
    "a doubled stop": r"。。|、、|、。|。、",
    "a blank before a stop": r" [、。]",
}
"""What a Japanese reader would take for a slip of the keyboard."""
_ENDS_WELL = re.compile(
    r"(です|ます|ました|でした|ません|ませんか|ですか|ますか|ください|でしょう|ましょう|ましょうか)[。]$"
)


def fields_of(words: str) -> set[str]:
    """Give the names of the fields that are put into words."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def slips(words: str) -> list[str]:
    """List the slips of Japanese words."""
    return [what for what, pattern in SLIPS.items() if re.search(pattern, words)]


def ends_well(words: str) -> bool:
    """Tell whether each sentence of a text is polite and ends in a Japanese full stop.

    What stands in brackets, and what is listed after a colon, need not be a sentence.
    """
    plain = re.sub(r"（[^（）]*）", "", re.sub(r"（[^（）]*）", "", words))
    sentences = [one for one in re.split(r"(?<=。)", plain) if one]
    return all(_ENDS_WELL.search(one) or re.search(r"：[^。]*。$", one) for one in sentences)


def is_english(words: str) -> bool:
    """Tell whether words have a run of plain English in them and no Japanese."""
    return not re.search(f"[{JAPANESE}]", words) and bool(re.search(r"[a-z]+ [a-z]+ [a-z]+", words))
