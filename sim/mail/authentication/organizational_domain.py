"""Which domain stands for the whole organization: the registered one, just below a public suffix (RFC 7489 3.2).

Assumption: instead of the public suffix list, which has some ten thousand entries, a short one of suffixes of two
labels, as registries sell them in Japan and some other countries; every other top-level domain is a suffix of
one label. Prefectures and cities of Japan (`tokyo.jp`) and suffixes of private providers are left out.
"""

from typing import Final

from sim.mail.authentication.records import canonical

_SECOND_LEVEL: Final[dict[str, str]] = {
    "jp": "ac ad co ed go gr lg ne or",
    "uk": "ac co gov ltd me net org plc sch",
    "au": "com edu gov net org",
    "nz": "ac co govt net org",
    "kr": "ac co go ne or re",
    "cn": "ac com edu gov net org",
    "tw": "com edu gov net org",
    "hk": "com edu gov net org",
    "sg": "com edu gov net org",
    "in": "ac co gov net org",
    "br": "com edu gov net org",
    "za": "ac co gov net org",
}
"""Top-level domain -> labels in front of it that make a public suffix (publicsuffix.org, a small part)."""
TWO_LABEL_SUFFIXES: Final = frozenset(
    f"{label}.{top}" for top, labels in _SECOND_LEVEL.items() for label in labels.split()
)


def organizational_domain(domain: str) -> str:
    """Give the organizational domain in small letters; a public suffix stands for itself.

    Args:
        domain: in any case, with or without a dot at its end.
    """
    labels = canonical(domain).split(".")
    suffix_labels = 2 if ".".join(labels[-2:]) in TWO_LABEL_SUFFIXES else 1
    return ".".join(labels[-suffix_labels - 1 :])
