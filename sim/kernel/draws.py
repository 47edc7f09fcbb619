"""Chance with a name: every draw is a function of what it is for, never of when it was asked.

A draw that concerns a letter is a counter-based hash of (seed, replication, purpose, letter, attempt),
so two variants of a scenario see the same weather for the same letter (common random numbers), and a
new draw in one place moves no other. Chance that concerns no letter comes from a named stream.

The mixing steps are those of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
"""

import random
from hashlib import blake2b
from typing import Final

MASK: Final = (1 << 64) - 1
"""Keys are 64-bit."""
GOLDEN: Final = 0x9E3779B97F4A7C15
_ATTEMPT: Final = 0xD1B54A32D192ED03
_TO_UNIT: Final = 2.0**-52
KIND_OFFSET: Final = 1 << 40
"""Keeps the key of a DSN apart from the key of the letter that it returns."""


def hash64(text: str) -> int:
    """Give a 64-bit integer for a text, the same on every machine and for every PYTHONHASHSEED."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def letter_key(entry: str, number: int, kind: int = 0) -> int:
    """Give the key by which chance knows a letter: its entry of `letters:`, its number there, its kind."""
    return (hash64(entry) + number + kind * KIND_OFFSET) & MASK


def uniform(base: int, key: int, attempt: int = 0) -> float:
    """Draw a number in the open interval (0, 1) for a purpose, a letter and an attempt.

    Args:
        base: what `Draws.purpose` gave for the purpose.
        key: what `letter_key` gave for the letter.
        attempt: number of the attempt; 0 for a trait that the letter keeps.
    """
    x = (base + key * GOLDEN + attempt * _ATTEMPT) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return (((x ^ (x >> 31)) >> 12) + 0.5) * _TO_UNIT


def uniforms(base: int, keys: range) -> list[float]:
    """Draw for many letters at once: the same numbers as `uniform` for each key of a range with step 1."""
    draws = []
    x = base + keys.start * GOLDEN
    for _ in keys:
        y = x & MASK
        y = ((y ^ (y >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        y = ((y ^ (y >> 27)) * 0x94D049BB133111EB) & MASK
        draws.append((((y ^ (y >> 31)) >> 12) + 0.5) * _TO_UNIT)
        x += GOLDEN
    return draws


class Draws:
    """The chance of one replication.

    Args:
        seed: the scenario's seed.
        replication: number of the replication, from 0.
    """

    def __init__(self, seed: int, replication: int = 0) -> None:
        self._prefix = f"{seed}/{replication}/"

    def purpose(self, name: str) -> int:
        """Give the base of all draws for one purpose; ask once and keep it."""
        return hash64(self._prefix + name)

    def stream(self, name: str) -> random.Random:
        """Give the random stream of a station and purpose that concern no single letter."""
        return random.Random(self._prefix + name)
