"""Label files are read in both kinds, aligned to frames by time, and complain by line."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from posture_cam.errors import RecordingError
from posture_cam.tuning.labels import KINDS_OF_SLOUCH, load_labels
from sample_videos.states import SLOUCHES

NAN = math.nan


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "clip.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_intervals_label_the_frames_inside_them(tmp_path: Path) -> None:
    """Start belongs to the interval, end does not; outside every interval nothing is judged."""
    path = write(tmp_path, "start_s,end_s,label\n0,2,upright\n2,4,slouched\n6,7,looking_down\n")
    labels = load_labels(path).at(np.array([0.0, 1.9, 2.0, 4.0, 6.5, 9.0]))
    assert labels.slouched == pytest.approx([0, 0, 1, NAN, 0, NAN], nan_ok=True)
    assert labels.state == ("upright", "upright", "slouched", "", "looking_down", "")


def test_ignored_intervals_are_not_judged(tmp_path: Path) -> None:
    """`ignore` marks time that counts neither for nor against."""
    path = write(tmp_path, "start_s,end_s,label\n0,5,Ignore\n5,6,SLOUCH\n")
    assert load_labels(path).at(np.array([1.0, 5.5])).slouched == pytest.approx(
        [NAN, 1], nan_ok=True
    )


def test_frame_table_keeps_states_angles_and_unjudged_rows(tmp_path: Path) -> None:
    """An empty `slouched` cell is not judged; an empty angle is unknown; other columns stay out."""
    path = write(
        tmp_path,
        "time_s,state,slouched,spine_flexion_deg,view_deg,note\n"
        "0.0,upright,0,0.5,12,a\n0.1,turning,,,12,b\n0.2,slumped,1,18.5,12,c\n",
    )
    labels = load_labels(path).at(np.array([0.0, 0.1, 0.2]))
    assert labels.slouched == pytest.approx([0, NAN, 1], nan_ok=True)
    assert labels.state == ("upright", "turning", "slumped")
    assert labels.values["spine_flexion_deg"] == pytest.approx([0.5, NAN, 18.5], nan_ok=True)
    assert set(labels.values) == {"spine_flexion_deg", "view_deg"}


def test_frames_take_the_nearest_row(tmp_path: Path) -> None:
    """Video at another rate than the labels: the nearest row counts, unless it is far away."""
    rows = "".join(f"{i / 10},x,{int(i >= 5)}\n" for i in range(11))
    labels = load_labels(write(tmp_path, "time_s,state,slouched\n" + rows))
    times = np.array([0.0, 0.033, 0.46, 0.49, 1.04, 1.2, 3.0])
    assert labels.at(times).slouched == pytest.approx([0, 0, 1, 1, 1, NAN, NAN], nan_ok=True)


def test_labels_once_a_second_cover_the_frames_between(tmp_path: Path) -> None:
    """Sparse rows reach half way to each other, so no frame between them is lost."""
    path = write(tmp_path, "time_s,slouched\n0,0\n1,1\n2,1\n")
    labels = load_labels(path).at(np.array([0.4, 0.6, 1.5, 2.4, 2.6]))
    assert labels.slouched == pytest.approx([0, 1, 1, 1, NAN], nan_ok=True)


def test_rows_may_lie_closer_where_more_happens(tmp_path: Path) -> None:
    """Once a second at first, then ten times a second: no frame between two rows is lost."""
    times = [*range(11), *(10 + tenth / 10 for tenth in range(1, 100))]
    path = write(tmp_path, "time_s,slouched\n" + "".join(f"{time_s},0\n" for time_s in times))
    assert np.isfinite(load_labels(path).at(np.arange(0, 19.9, 0.03)).slouched).all()


def test_a_pause_between_rows_is_not_judged(tmp_path: Path) -> None:
    """Ten rows a second, half a minute without any, and ten a second again."""
    times = [*(tenth / 10 for tenth in range(50)), *(35 + tenth / 10 for tenth in range(50))]
    path = write(tmp_path, "time_s,slouched\n" + "".join(f"{time_s},0\n" for time_s in times))
    told = load_labels(path).at(np.array([4.92, 5.2, 20.0, 34.8, 34.98]))
    assert told.slouched == pytest.approx([0, NAN, NAN, NAN, 0], nan_ok=True)


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("1.0", "0.0"), ("True", "False")])
def test_verdicts_are_read_as_programs_write_them(tmp_path: Path, yes: str, no: str) -> None:
    """A column of numbers with an empty cell becomes one of decimals in many programs."""
    path = write(tmp_path, f"time_s,slouched\n0,{yes}\n1,{no}\n2,\n")
    told = load_labels(path).at(np.array([0.0, 1.0, 2.0])).slouched
    assert told == pytest.approx([1, 0, NAN], nan_ok=True)


def test_a_single_row_labels_only_its_own_frame(tmp_path: Path) -> None:
    """The shortest possible table works."""
    labels = load_labels(write(tmp_path, "time_s,slouched\n1.0,1\n")).at(np.array([0.0, 1.0]))
    assert labels.slouched == pytest.approx([NAN, 1], nan_ok=True)


def test_a_spreadsheet_program_may_have_written_the_file(tmp_path: Path) -> None:
    """Byte order mark, blank lines, spaces and Windows line ends do no harm."""
    path = tmp_path / "clip.csv"
    path.write_bytes(b"\xef\xbb\xbfstart_s, end_s, label\r\n\r\n0, 1.5, slouched\r\n")
    assert load_labels(path).at(np.array([1.0])).slouched[0] == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("start_s,end_s,label\n0,2,upright\n5,4,slouched\n", "line 3: end_s 4 does not lie"),
        ("start_s,end_s,label\n0,x,upright\n", "line 2: end_s is 'x'; write a number"),
        ("start_s,end_s,label\n,3,upright\n", "line 2: start_s is empty"),
        ("start_s,end_s,label\n0,3,upright\n3,9,slouchd\n", "line 3: label is 'slouchd'.*innocent"),
        ("start_s,end_s,label\n0,3,hunched\n", "line 2: label is 'hunched'.*write slouched"),
        ("start_s,end_s,label\n0,3,not_slouched\n", "line 2: label.*if it is that, else a word"),
        ("start_s,end_s,label\n0,3,uprigth\n", "line 2: label is 'uprigth'.*write upright"),
        ("start_s,end_s,label\n0,3,ignor\n", "line 2: label is 'ignor'.*write ignore"),
        ("start_s,end_s,label\n0,inf,upright\n", "line 2: end_s is 'inf'; give it a number"),
        ("start_s,end_s,label\n1,5,9,5,slouched\n", "line 2: there are more cells than columns"),
        ("start_s,end_s,label\n", "has a header and no rows"),
        ("start_s,end_s,label\n0,3\n", "line 2: label is empty"),
        ("start_s,end_s,label\n0,5,upright\n9,12,a\n4,8,b\n", "line 4: this interval overlaps"),
        ("time_s,slouched\n0,0\n0.1,maybe\n", "line 3: slouched is 'maybe'"),
        ("time_s,slouched\n0.5,0\n0.5,1\n", "line 3: time_s 0.5 does not lie after"),
        ("time_s,slouched,neck_inclination_deg\n0.5,0,12o\n", "line 2: neck_inclination_deg"),
        ("time_s,slouched\n", "has a header and no rows"),
        ("begin,end\n1,2\n", "no usable header"),
        ("", "no usable header"),
    ],
)
def test_mistakes_are_told_in_one_sentence_with_the_line(
    tmp_path: Path, text: str, complaint: str
) -> None:
    """Whoever labels by hand learns where the mistake is and what to write."""
    with pytest.raises(RecordingError, match=complaint) as caught:
        load_labels(write(tmp_path, text))
    assert "clip.csv" in str(caught.value)


def test_a_damaged_cell_is_not_quoted_at_length(tmp_path: Path) -> None:
    """A disk that failed leaves thousands of zero bytes in a line."""
    for text in ("time_s,slouched\n" + 5000 * "\0" + ",0\n", "time_s,slouched\n0," + 5000 * "y"):
        with pytest.raises(RecordingError, match="line 2") as caught:
            load_labels(write(tmp_path, text))
        assert len(str(caught.value)) < 200 + len(str(tmp_path))


def test_a_missing_or_binary_file_is_told_plainly(tmp_path: Path) -> None:
    """Neither a wrong path nor a wrong file shows a traceback's words."""
    (tmp_path / "clip.csv").write_bytes(b"\xff\xfe\x00\x81")
    for name in ("clip.csv", "absent.csv"):
        with pytest.raises(RecordingError, match="cannot be read"):
            load_labels(tmp_path / name)


def test_a_stray_quotation_mark_is_told_with_its_line(tmp_path: Path) -> None:
    """Everything behind it would be one cell."""
    rows = "".join(f"{index / 10},0\n" for index in range(30_000))
    short = 'start_s,end_s,label\n0,9,"upright\n10,15,slouched\n'
    for text in (f'time_s,slouched\n0,"0\n{rows}', short):
        with pytest.raises(RecordingError, match="quotation mark"):
            load_labels(write(tmp_path, text))


def test_every_kind_of_slouch_in_the_sample_videos_is_known_as_one() -> None:
    """So that nobody who takes those words over has a slouch counted as innocent."""
    assert set(SLOUCHES) < set(KINDS_OF_SLOUCH)
