"""Read at the PO box on one of several devices."""

import pytest

from sim.mail.imap import opening_device


@pytest.mark.parametrize(
    ("draw", "device"), [(0.0001, 0), (0.3333, 0), (0.3334, 1), (0.6667, 2), (0.9999, 2)]
)
def test_each_of_three_devices_opens_a_third_of_the_letters(draw: float, device: int) -> None:
    assert opening_device(draw, 3) == device
