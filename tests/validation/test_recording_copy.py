import gzip
import json
from pathlib import Path

from sim.validation.recording_copy import write_small_copy
from sim.validation.recording_folder import read_recording
from sim.validation.recording_phase import scan_phase_s
from tests.validation.test_recording_log import EPOCH_S, LOG


def test_a_small_copy_tells_what_the_recording_told(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    settings = {
        "providers": {"a.test": {"data_s": 0.1}},
        "main_cf": {"queue_run_delay": "5s"},
        "max_s": 60,
        "t0_epoch": EPOCH_S,
        "secret": "left behind",
    }
    (whole / "run.json").write_text(json.dumps(settings), encoding="utf-8")
    (whole / "letters.csv").write_text(
        "recipient,accepted_by_sender_s,delivered_s,log_lines\nu1@a.test,2.0,14.9,2\nu2@a.test,2.1,2.3,1\n",
        encoding="utf-8",
    )
    (whole / "queue.csv").write_text("t,incoming,active,deferred\n0.95,0,0,0\n1.45,1,2,3\n", encoding="utf-8")
    (whole / "maillog.gz").write_bytes(gzip.compress(LOG.encode()))
    write_small_copy(whole, tmp_path / "small")
    told, kept = read_recording(whole), read_recording(tmp_path / "small")
    assert kept.log is None
    assert kept.new_connections == told.new_connections == 1
    assert abs(scan_phase_s(kept) - scan_phase_s(told)) < 0.001
    assert scan_phase_s(kept) != 0
    assert (kept.letters, kept.queues) == (told.letters, told.queues)
    assert "secret" not in kept.settings
