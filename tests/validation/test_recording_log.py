import gzip
from pathlib import Path

import pytest

from sim.errors import RecordingError
from sim.validation.recording_log import read_log

EPOCH_S = 1795569007.646766  # 2026-11-25 01:10:07.6 UTC
LOG = """\
Nov 25 01:10:07 sender postfix/postfix-script[27009]: starting the Postfix mail system
Nov 25 01:10:09 sender postfix/qmgr[27013]: A2A731B2039: from=<news@sender.test>, size=2306, nrcpt=1 (queue active)
Nov 25 01:10:09 sender postfix/smtp[2]: A2A731B2039: to=<u1@a.test>, relay=127.0.1.1[127.0.1.1]:25, delay=0.1, \
delays=0.01/0.03/0/0.01, dsn=4.2.0, status=deferred (host 127.0.1.1[127.0.1.1] said: 450 4.2.0 greylisted)
Nov 25 01:10:09 sender postfix/qmgr[27013]: A429B1B203A: from=<news@sender.test>, size=2306, nrcpt=1 (queue active)
Nov 25 01:10:10 sender postfix/smtp[2]: A429B1B203A: to=<u2@a.test>, relay=127.0.1.1[127.0.1.1]:25, conn_use=2, \
delay=0.1, delays=0.01/0.03/0/0.01, dsn=2.0.0, status=sent (250 2.0.0 ok)
Nov 25 01:10:10 sender postfix/qmgr[27013]: A429B1B203A: removed
Nov 25 01:10:11 sender postfix/qmgr[27013]: A429B1B203A: from=<news@sender.test>, size=2306, nrcpt=1 (queue active)
Nov 25 01:10:11 sender postfix/smtp[2]: A429B1B203A: to=<u3@a.test>, relay=127.0.1.1[127.0.1.1]:25, delay=0.1, \
delays=0.01/0.03/0/0, dsn=4.7.0, status=deferred (host 127.0.1.1[127.0.1.1] refused to talk to me: 421 4.7.0 too many)
Nov 25 01:10:12 sender postfix/smtp[2]: B429B1B203A: to=<u4@a.test>, relay=a[127.0.1.1]:25, delay=5, \
delays=0.01/0.03/5/0, dsn=4.4.2, status=deferred (conversation with a[127.0.1.1] timed out while receiving the \
initial server greeting)
Nov 25 01:10:13 sender postfix/error[3]: C429B1B203A: to=<u5@a.test>, relay=none, delay=0.1, delays=0.1/0/0/0, \
dsn=4.4.1, status=deferred (delivery temporarily suspended: connect to 127.0.1.1[127.0.1.1]:25: Connection refused)
Nov 25 01:10:22 sender postfix/qmgr[27013]: A2A731B2039: from=<news@sender.test>, size=2306, nrcpt=1 (queue active)
"""


def folder_with(path: Path, text: str) -> Path:
    (path / "maillog.gz").write_bytes(gzip.compress(text.encode()))
    return path


def test_a_new_connection_is_an_attempt_at_a_host_that_let_in_and_had_no_letter_over_it_before(
    tmp_path: Path,
) -> None:
    log = read_log(folder_with(tmp_path, LOG), EPOCH_S)
    assert log is not None
    assert log.new_connections == 1


def test_a_letter_that_becomes_active_again_was_scanned_out_of_the_deferred_queue(tmp_path: Path) -> None:
    # A429B1B203A is the name of a second letter, after the first of that name was removed.
    log = read_log(folder_with(tmp_path, LOG), EPOCH_S)
    assert log is not None
    assert log.scans_s == pytest.approx((14.353,), abs=0.001)


def test_the_clock_of_the_log_may_stand_in_any_time_zone(tmp_path: Path) -> None:
    japan = LOG.replace(" 01:10:", " 10:10:")
    log = read_log(folder_with(tmp_path, japan), EPOCH_S)
    assert log is not None
    assert log.scans_s == pytest.approx((14.353,), abs=0.001)


def test_without_a_log_nothing_is_told(tmp_path: Path) -> None:
    assert read_log(tmp_path, EPOCH_S) is None


def test_a_log_that_is_not_zipped_is_named(tmp_path: Path) -> None:
    (tmp_path / "maillog.gz").write_text(LOG, encoding="utf-8")
    with pytest.raises(RecordingError, match=r"maillog\.gz: this is not a zipped log"):
        read_log(tmp_path, EPOCH_S)
