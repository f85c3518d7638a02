"""docs/accuracy.md, written from what was measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from accuracy_angles import angle_errors, uncertainty, view_errors
from accuracy_breakdown import by_camera_and_person, every_clip
from accuracy_clips import CALIBRATED_S, SESSION_RATE_HZ
from accuracy_figures import Measured, auc_interval
from accuracy_peers import peer_auc, peer_counts
from accuracy_tables import table, with_total
from accuracy_texts import ANYWHERE, DRAWN_LAST, FAR, HEAD, LIMITS, MOVED, OTHERS, WAYS
from peers import PEERS

from posture_cam.tuning.evaluation_tables import figure, percent, seconds
from posture_cam.tuning.metrics import count_verdicts
from posture_cam.tuning.pooling import Figures, by_view, join, pool
from posture_cam.tuning.scoring import ClipScore

VERDICT_COLUMNS = [
    "view", "clips", "AUC", "95 % range", "judged", "precision", "recall", "F1", "false positives",
]  # fmt: skip


def write_page(measured: Measured, versions: str, model: str) -> str:
    """The text of the page."""
    clips = measured.calibrated
    labelled = pool(clips).counts.labelled
    slouched = sum(int((clip.truth == 1).sum()) for clip in clips)
    there = sum(int((clip.state != "away").sum()) for clip in clips)
    further = measured.further
    people = sum(len(part) for part in (clips, *further.values(), measured.sessions))
    return "\n".join(
        [
            HEAD.format(
                people=people, calibrated=CALIBRATED_S, versions=versions, model=model,
                clips=len(clips), frames=f"{labelled:,}", slouched=percent(slouched / labelled),
                unlabelled=percent(1 - labelled / there),
                sessions=len(measured.sessions),
                **{name: len(part) for name, part in further.items()},
            ),
            *_verdicts(measured),
            *_ways(measured),
            *_states(clips),
            *_other_people(DRAWN_LAST, further["drawn_last"]),
            *_other_people(
                OTHERS, further["others"],
                ("spine_flexion_deg", "neck_inclination_deg", "shoulder_protraction_cm"),
            ),
            *_other_people(MOVED, further["moved"]),
            *_other_people(FAR, further["far"], ("spine_flexion_deg", "trunk_inclination_deg")),
            *_other_people(ANYWHERE, further["anywhere"]),
            *angle_errors(clips),
            *view_errors(clips),
            *uncertainty(clips),
            *_lasting(measured.sessions),
            *_peers(measured),
            *by_camera_and_person(clips),
            *every_clip(clips),
            LIMITS.format(
                innocent=figure(measured.most_innocent_deg, 1),
                slouched=figure(measured.least_slouched_deg, 1),
            ),
        ]
    )  # fmt: skip


def _verdicts(measured: Measured) -> list[str]:
    rows = []
    for name, clips in with_total(measured.calibrated).items():
        rows.append(_verdict_row(name, clips))
    own = [
        [name, str(len(clips)), f"**{figure(pool(clips).auc, 3)}**", "", *_rates(pool(clips))]
        for name, clips in with_total(measured.uncalibrated).items()
    ]
    parts = [
        "## Slouched or not, frame by frame\n",
        "AUC is the probability that a slouched frame scores above an innocent one; the range is"
        " what other draws of people would give. The other columns are at the default threshold.\n",
        table(VERDICT_COLUMNS, rows),
        "![ROC curves](accuracy-roc.png)\n",
        "The same frames without any calibration, judged against the upright posture that the"
        " program found by itself:\n",
        table(VERDICT_COLUMNS[:3] + VERDICT_COLUMNS[4:], [row[:3] + row[4:] for row in own]),
    ]
    parts += _refusals(measured)
    return parts


def _ways(measured: Measured) -> list[str]:
    rows = []
    for name, clips in measured.ways.items():
        figures = pool(clips)
        flexion = figures.angles["spine_flexion_deg"]
        rows.append(
            [
                name.removesuffix(", live"),
                f"**{figure(figures.auc, 3)}**",
                *_rates(figures)[1:],
                figure(flexion.change.mae, 1),
                percent(flexion.within_sd),
            ]
        )
    return [
        WAYS,
        table(["judged as", "AUC", *VERDICT_COLUMNS[5:], "flexion error, deg", "in 1 sd"], rows),
    ]


def _refusals(measured: Measured) -> list[str]:
    """Which clips have no calibration, those of these tables apart from those of later ones."""
    these = {clip.name for clip in measured.calibrated}
    here, elsewhere = sorted(measured.refused & these), sorted(measured.refused - these)
    said = []
    if here:
        said.append(
            f"The program refused the first seconds as a calibration in {len(here)} of"
            f" {len(these)} clips ({', '.join(here)}), as too restless or badly seen; in both"
            " tables these are scored with the upright posture that it found later.\n"
        )
    if elsewhere:
        said.append(f"In the tables further below so are {', '.join(elsewhere)}.\n")
    return said


def _verdict_row(name: str, clips: Sequence[ClipScore]) -> list[str]:
    figures, (low, high) = pool(clips), auc_interval(clips)
    return [
        name,
        str(len(clips)),
        f"**{figure(figures.auc, 3)}**",
        f"{figure(low, 3)} - {figure(high, 3)}",
        *_rates(figures),
    ]


def _rates(figures: Figures) -> list[str]:
    counts = figures.counts
    return [
        percent(counts.coverage),
        figure(counts.precision, 3),
        figure(counts.recall, 3),
        figure(counts.f1, 3),
        percent(counts.false_positive_rate),
    ]


def _states(clips: Sequence[ClipScore]) -> list[str]:
    views = {name: pool(group).states for name, group in with_total(clips).items()}
    parts = ["## Innocent movements and kinds of slouch\n"]
    for slouched, which in (
        (False, "each innocent movement (false positives)"),
        (True, "each kind of slouch, mild ones included"),
    ):
        names = [name for name, state in views["all"].items() if state.slouched is slouched]
        rows = []
        for name in names:
            shares = [
                percent(states[name].called_share) if name in states else "-"
                for states in views.values()
            ]
            of_all = views["all"][name]
            judged = percent(of_all.judged / of_all.frames)
            rows.append([name.replace("_", " "), *shares, judged, str(of_all.frames)])
        parts += [
            f"Share of the judged frames called slouched during {which}:\n",
            table(["movement", *views, "judged", "frames"], rows),
        ]
    return parts


def _other_people(
    text: str,
    clips: Sequence[ClipScore],
    angles: Sequence[str] = ("spine_flexion_deg", "neck_inclination_deg"),
) -> list[str]:
    """A section about people of another kind, beginning with a heading and a paragraph.

    angles: whose errors it tells.
    """
    if not clips:
        return []
    rows = []
    for name, group in with_total(clips).items():
        errors = []
        for angle in angles:
            change = pool(group).angles[angle].change
            errors += [figure(change.mae, 1), figure(change.bias, 1, sign=True)]
        within = percent(pool(group).angles["spine_flexion_deg"].within_sd)
        rows.append([*_verdict_row(name, group), _moving(group), *errors, within])
    columns = [*VERDICT_COLUMNS, "not upright"]
    for angle in angles:
        *words, unit = angle.split("_")
        columns += [f"{' '.join(words)} error, {unit}", "bias"]
    return [text, table([*columns, "flexion in 1 sd"], rows)]


def _moving(clips: Sequence[ClipScore]) -> str:
    """False positives of all innocent frames but those of sitting upright."""
    states = [state for name, state in pool(clips).states.items() if name != "upright"]
    innocent = [state for state in states if not state.slouched]
    judged = sum(state.judged for state in innocent)
    return percent(sum(state.called_share * state.judged for state in innocent) / judged)


def _lasting(sessions: Sequence[ClipScore]) -> list[str]:
    if not sessions:
        return []
    rows = []
    for name, group in {**{clip.name: [clip] for clip in sessions}, "all": sessions}.items():
        figures = pool(group)
        events, alerts = figures.events, figures.alerts
        rows.append(
            [
                name.replace("_", " "),
                f"{alerts.watched_s / 60:.0f} min",
                figure(figures.auc, 3),
                f"{events.matched} of {events.true}",
                str(events.found - events.matched),
                figure(events.f1, 2),
                f"{len(alerts.delays_s)} of {events.true}",
                str(alerts.false),
                seconds(alerts.median_delay_s),
            ]
        )
    header = [
        "session", "labelled", "AUC", "bouts found", "too many", "bout F1", "alerted",
        "false alerts", "alert delay",
    ]  # fmt: skip
    return [
        "## What lasts: bouts and alerts\n",
        "Sessions of some 12 minutes, with slouches of 8 to 200 seconds and much else between, at"
        f" the default settings and {SESSION_RATE_HZ} pictures a second. A bout is found when both"
        " its ends are right within 3 seconds. Not every bout is meant to be alerted: the reminder"
        " comes when the holding time is used up, and reminders keep their distance from each"
        " other. The delay, the median, counts from the moment the person had slumped to the"
        " reminder. For rates per hour this is too little time; [strain.md](strain.md) has composed"
        " days.\n",
        table(header, rows),
    ]


def _peers(measured: Measured) -> list[str]:
    views: dict[str, list[str]] = {}
    for clip in measured.peers:
        views.setdefault(clip.view, [])
    order = [view for view in with_total(measured.calibrated) if view in views]
    rows = [
        [
            "**posture_cam**",
            "",
            *(f"**{figure(pool(by_view(measured.calibrated)[view]).auc, 3)}**" for view in order),
            f"**{figure(pool(measured.calibrated).auc, 3)}**",
            figure(pool(measured.calibrated).counts.f1, 3),
            percent(pool(measured.calibrated).counts.false_positive_rate),
        ]
    ]
    truth = join([clip.truth for clip in measured.calibrated])
    always = count_verdicts(truth, np.ones(len(truth)))
    rows.append(
        ['always "slouched"', "", *[""] * len(order), "0.500", figure(always.f1, 3), "100 %"]
    )
    for peer in PEERS:
        counts = peer_counts(peer, measured.peers)
        rows.append(
            [
                peer.name,
                peer.tools,
                *(
                    figure(peer_auc(peer, [c for c in measured.peers if c.view == view]), 3)
                    for view in order
                ),
                figure(peer_auc(peer, measured.peers), 3),
                figure(counts.f1, 3),
                percent(counts.false_positive_rate),
            ]
        )
    return [
        "## Next to other tools' rules\n",
        "Published rules of other tools, re-stated (tests/benchmarks/peers.py), on the same"
        " landmarks of the same frames, with the same upright seconds as calibration where a rule"
        " uses one. F1 and false positives are at each rule's own default threshold. Rules that"
        " were made for one view are shown in all.\n",
        table(
            ["rule", "used by", *(f"AUC {view}" for view in order), "AUC all", "F1",
             "false positives"],
            rows,
            words=2,
        ),
    ]  # fmt: skip
