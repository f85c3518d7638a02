"""Specification of who is watched when there are several people."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from people import body, seen_from
from rooms import room, seen

from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.crowd import Crowd
from posture_cam.errors import RecordingError
from posture_cam.person_choice import PersonSelector, choose_in_clip, people_of_clip
from posture_cam.profile_choice import Candidate
from posture_cam.tracks import Tracker
from posture_cam.types import Pose


def near(time_s: float, shift: float = 0.0) -> Pose:
    return seen_from(body(), time_s=time_s, scale=1.0, shift=(shift, 0))


def far(time_s: float, shift: float) -> Pose:
    return seen_from(body(), time_s=time_s, scale=0.4, shift=(shift, -40))


def test_the_largest_person_is_taken_first() -> None:
    """With nobody known yet, the one who fills most of the picture is the one at the desk."""
    assert PersonSelector().choose([far(0, 200), near(0)]) == 1


def test_somebody_in_profile_is_as_large_as_who_faces_the_camera() -> None:
    """Who sits sideways at the same distance does not lose to who stands beside and looks here."""
    behind = seen_from(body(), scale=0.85, shift=(200, 0))
    sideways = seen_from(body(), 90)
    assert PersonSelector().choose([behind, sideways]) == 1


def test_the_order_in_which_people_are_found_does_not_matter() -> None:
    """The same person is kept when the detector lists people the other way round."""
    selector = PersonSelector()
    assert selector.choose([near(0), far(0, 200)]) == 0
    assert selector.choose([far(0.1, 200), near(0.1)]) == 1


def test_a_passer_by_does_not_take_over_while_the_person_is_hidden() -> None:
    """Someone small elsewhere in the picture is nobody we watch."""
    selector = PersonSelector()
    selector.choose([near(0)])
    assert selector.choose([far(0.5, 220)]) == -1
    assert selector.choose([far(0.6, 210), near(0.6)]) == 1


def test_a_passer_by_who_walks_through_the_picture_never_takes_over() -> None:
    """Even when both overlap for a moment, the near one stays chosen."""
    selector = PersonSelector()
    for step in range(60):
        people = [far(step / 10, -300 + 10 * step), near(step / 10)]
        assert selector.choose(people) == 1


def test_a_clock_that_steps_back_a_little_loses_nobody() -> None:
    """Streams now and then hand out a frame that is older than the one before."""
    selector = PersonSelector()
    times = [0.0, 0.1, 0.2, 0.15, 0.3, 0.4]
    assert [selector.choose([far(time_s, 200), near(time_s)]) for time_s in times] == [1] * 6
    assert selector.people == 2


def sway(time_s: float) -> float:
    """Pixels; nobody sits quite still."""
    return 4 * math.sin(time_s)


def colleague(time_s: float) -> Pose:
    """Somebody working at the next desk, behind."""
    return far(time_s, 200 + sway(time_s))


def test_who_stays_behind_does_not_take_the_place_of_who_left() -> None:
    """While the person is away a colleague in the background is nobody, until they return."""
    selector = PersonSelector()
    for step in range(50):
        assert selector.choose([near(step / 5, sway(step / 5)), colleague(step / 5)]) == 0
    assert all(selector.choose([colleague(10 + step / 5)]) == -1 for step in range(400))
    back = [selector.choose([colleague(t), near(t, 30 + sway(t))]) for t in np.arange(90, 95, 0.2)]
    assert back[-1] == 1
    assert 0 not in back


def test_after_minutes_somebody_small_is_taken_who_has_been_seen_for_long() -> None:
    """Not who walks through then: ten seconds must show that they stay."""
    selector = PersonSelector()
    for step in range(50):
        selector.choose([near(step / 5, sway(step / 5))])
    came_s = 140.0
    watched = {t: selector.choose([colleague(t)]) == 0 for t in came_s + np.arange(0, 15, 0.2)}
    assert not any(chosen for time_s, chosen in watched.items() if time_s <= came_s + 10)
    assert all(chosen for time_s, chosen in watched.items() if time_s > came_s + 10.2)


def beside(time_s: float) -> Pose:
    """Somebody as large as the person, next to them, who moves a little."""
    return near(time_s, 170 + sway(time_s))


def test_who_sits_beside_the_person_does_not_take_their_place_either() -> None:
    """However large: two share a desk, one leaves for twenty seconds and is watched again after."""
    selector = PersonSelector()
    for step in range(200):
        assert selector.choose([near(step / 10, -60 + sway(step / 10)), beside(step / 10)]) == 0
    assert {selector.choose([beside(20 + step / 10)]) for step in range(200)} == {-1}
    back = [selector.choose([near(40 + step / 10, -60), beside(40 + step / 10)]) for step in (0, 1)]
    assert back == [0, 0]


def test_who_only_looked_in_leaves_no_place_behind() -> None:
    """A helper stands beside the person for three seconds, larger, and walks off."""
    selector = PersonSelector()

    def person(time_s: float) -> Pose:
        return near(time_s, -150 + sway(time_s))

    for step in range(30):
        helper = seen_from(body(), time_s=step / 10, scale=1.3, shift=(120 + step, 0))
        assert selector.choose([person(step / 10), helper]) == 1
    chosen = [selector.choose([person(3 + step / 10)]) for step in range(100)]
    assert set(chosen[50:]) == {0}


def test_who_looks_in_leaves_the_others_place_known() -> None:
    """Farther away than when they calibrated; somebody stands there, and they sit there again."""
    baseline = make_baseline([near(step / 10) for step in range(60)], Settings())
    selector = PersonSelector(baseline)

    def person(time_s: float) -> Pose:
        return seen_from(body(), time_s=time_s, scale=0.5, shift=(-150 + sway(time_s), 0))

    for step in range(600):
        selector.choose([person(step / 10)])
    for step in range(45):
        selector.choose([near(63 + step / 10, 150 + 2 * step)])
    back = [selector.choose([person(67.5 + step / 10)]) for step in range(100)]
    assert set(back[-50:]) == {0}


def test_in_pictures_of_another_shape_nobody_is_looked_for_where_the_person_sat() -> None:
    """A profile of 4:3 before a wide camera: the largest person is taken, and at once."""
    baseline = make_baseline([near(step / 10) for step in range(60)], Settings())
    wide = [replace(pose, width=1280, height=480) for pose in (far(0, 500), near(0, 0))]
    smaller = replace(far(0, 300), width=1280, height=480)
    assert PersonSelector(baseline).choose([smaller]) == 0
    assert PersonSelector(baseline).choose(wide) == 1


def test_somebody_else_in_the_same_seat_is_taken() -> None:
    """Who fills the place of the one who left is watched: whether they are another is not said."""
    selector = PersonSelector()
    selector.choose([near(0)])
    later = [selector.choose([near(t, 90 + 6 * t % 40)]) for t in np.arange(10, 16, 0.2)]
    assert later[-1] == 0


def test_a_poster_never_takes_over() -> None:
    """A face that never moves, however long it hangs there, is not a person coming."""
    selector, random = PersonSelector(), np.random.default_rng(0)
    selector.choose([near(0)])
    for time_s in np.arange(4, 400, 0.5):
        poster = seen_from(body(), time_s=time_s, scale=0.9, shift=(220, -40))
        noisy = replace(poster, landmarks=poster.landmarks + noise(random))
        assert selector.choose([noisy]) == -1


def test_a_poster_that_was_there_first_gives_way() -> None:
    """Somebody sitting down before a poster is watched within seconds."""
    selector = PersonSelector()
    for time_s in np.arange(0, 20, 0.2):
        selector.choose([far(time_s, 150)])
    chosen = [
        selector.choose([far(time_s, 150), near(time_s, sway(time_s))])
        for time_s in np.arange(20, 26, 0.2)
    ]
    assert chosen[-1] == 1


def beside_a_larger(time_s: float, picture_stirs: float, person_stirs: float = 0.3) -> list[Pose]:
    """Somebody before what looks twice as large, and wavers; once a second pixels are compared."""
    wavering = seen_from(body(), time_s=time_s, scale=0.8, shift=(-80 + sway(time_s), 0))
    people = [wavering, far(time_s, 250 + sway(time_s))]
    if round(time_s * 5) % 5:
        return people
    stirs = (picture_stirs, person_stirs)
    return [replace(pose, stir=stir) for pose, stir in zip(people, stirs, strict=True)]


def watched_beside(picture_stirs: float, person_stirs: float = 0.3) -> list[tuple[int, bool]]:
    selector = PersonSelector()
    return [
        (selector.choose(beside_a_larger(t, picture_stirs, person_stirs)), selector.was_portrait)
        for t in np.arange(0, 60, 0.2)
    ]


def test_a_poster_larger_than_the_person_gives_way_to_them() -> None:
    """Its landmarks waver as people move, its pixels do not change; that is said once."""
    chosen = watched_beside(picture_stirs=0.02)
    assert [index for index, _ in chosen[:100]] == [0] * 100
    assert [index for index, _ in chosen[150:]] == [1] * 150
    assert sum(was_portrait for _, was_portrait in chosen) == 1


def test_who_has_taken_the_place_of_a_poster_is_known_when_they_come_back() -> None:
    """Their own place counts then, and not that of the poster."""
    selector = PersonSelector()
    for time_s in np.arange(0, 40, 0.2):
        selector.choose(beside_a_larger(time_s, 0.02))
    for time_s in np.arange(40, 60, 0.2):
        assert selector.choose(beside_a_larger(time_s, 0.02)[:1]) == -1
    back = [selector.choose(beside_a_larger(time_s, 0.02)) for time_s in np.arange(60, 62, 0.2)]
    assert back[-1] == 1


def test_who_stirs_keeps_their_place_before_somebody_smaller() -> None:
    """Even who stirs seldom; and where both are still nothing is known to be a picture."""
    assert {index for index, _ in watched_beside(picture_stirs=0.3)} == {0}
    assert {index for index, _ in watched_beside(picture_stirs=0.02, person_stirs=0.02)} == {0}


def test_a_small_face_on_a_screen_does_not_take_over_from_who_sits_still() -> None:
    """It stirs, but nobody sits there."""
    selector = PersonSelector()
    for time_s in np.arange(0, 60, 0.2):
        looked = round(time_s * 5) % 5 == 0
        still = replace(near(time_s, sway(time_s)), stir=0.05 if looked else None)
        face = seen_from(body(), time_s=time_s, scale=0.3, shift=(250 + sway(time_s), 0))
        face = replace(face, stir=0.4 if looked else None)
        assert selector.choose([still, face]) == 0


def test_the_calibrated_person_may_sit_as_still_as_a_portrait() -> None:
    """Somebody smaller who moves about does not take their place."""
    baseline = make_baseline(
        [beside_a_larger(t, 0.02)[0] for t in np.arange(0, 3, 0.1)], Settings()
    )
    selector = PersonSelector(baseline)
    for time_s in np.arange(0, 60, 0.2):
        assert selector.choose(beside_a_larger(time_s, 0.02)) == 0


def test_only_beside_somebody_alive_a_still_person_may_be_a_portrait() -> None:
    """Who holds quite still before a portrait is not taken for one."""
    for person_stirs, expected in ((0.3, True), (0.02, False)):
        selector = PersonSelector()
        for time_s in np.arange(0, 12, 0.2):
            assert selector.choose(beside_a_larger(time_s, 0.02, person_stirs)) == 0
        assert selector.is_portrait == expected


def test_a_still_rival_turns_out_to_be_a_portrait() -> None:
    """However large; as soon as its pixels have been compared four times."""
    selector, known = PersonSelector(), []
    for time_s in np.arange(0, 8, 0.2):
        looked = round(time_s * 5) % 5 == 0
        poster = seen_from(body(), time_s=time_s, scale=0.9, shift=(220, -40))
        poster = replace(poster, stir=0.01 if looked else None)
        selector.choose([replace(near(time_s, sway(time_s)), stir=0.2 if looked else None), poster])
        assert selector.rivals == {1}
        known.append(selector.portraits)
    assert known[0] == frozenset()
    assert known[-1] == {1}


def test_the_calibrated_person_is_looked_for_first() -> None:
    """Not the largest, but who sits where the calibrated person sat."""
    baseline = make_baseline([near(step / 10) for step in range(30)], Settings())
    giant = seen_from(body(), scale=1.4, shift=(-250, 0))
    assert PersonSelector(baseline).choose([giant, near(0)]) == 1


def test_who_sits_where_a_stored_calibration_was_made_is_preferred_to_somebody_larger() -> None:
    """Of several people that may be before this camera; where none of them sits, the largest."""
    giant = seen_from(body(), scale=1.4, shift=(-250, 0))
    mine, elsewhere = (
        make_baseline([place(step / 10) for step in range(30)], Settings())
        for place in (near, lambda time_s: far(time_s, 200))
    )
    assert PersonSelector(stored=[elsewhere, mine]).choose([giant, near(0)]) == 1
    assert PersonSelector(stored=[elsewhere]).choose([giant, near(0)]) == 0


def test_a_calibration_made_in_another_room_prefers_nobody() -> None:
    """Who sits by chance where somebody sat before another camera may be anybody."""

    def sitting(time_s: float, seed: int) -> Pose:
        pose = near(time_s)
        return replace(pose, scene=seen(room(seed), people=(pose,)))

    giant = seen_from(body(), scale=1.4, shift=(-250, 0))
    stored = [make_baseline([sitting(step / 10, 1) for step in range(30)], Settings())]
    assert PersonSelector(stored=stored).choose([giant, sitting(0, 1)]) == 1
    assert PersonSelector(stored=stored).choose([giant, sitting(0, 2)]) == 0


def test_the_calibrated_person_is_known_in_pictures_of_another_size() -> None:
    """Back from a short absence they are watched at once, though they look half as large."""

    def small(time_s: float) -> Pose:
        pose = near(time_s, sway(time_s))
        return replace(pose, width=320, height=240, landmarks=pose.landmarks / np.float32(2))

    selector = PersonSelector(make_baseline([near(step / 10) for step in range(50)], Settings()))
    assert all(selector.choose([small(step / 5)]) == 0 for step in range(100))
    assert all(selector.choose([Pose.nobody(20 + step / 5, 320, 240)]) == -1 for step in range(50))
    assert selector.choose([small(30)]) == 0


@pytest.mark.parametrize("scale", [0.7, 0.55])
def test_who_sits_farther_away_than_when_calibrated_is_found_again_at_once(scale: float) -> None:
    """Before a camera that was moved back, too, somebody who was watched comes back to be so."""

    def here(time_s: float) -> Pose:
        return seen_from(body(), time_s=time_s, scale=scale, shift=(sway(time_s), 0))

    calibrated = make_baseline([near(index / 5) for index in range(50)], Settings())
    selector = PersonSelector(calibrated)
    watched = {time_s: selector.choose([here(time_s)]) for time_s in np.arange(0, 60, 0.2)}
    assert watched[59.0] == 0
    for time_s in np.arange(60, 65, 0.2):
        selector.choose([here(time_s).absent()])
    assert selector.choose([here(65.2)]) == 0


def test_a_person_found_twice_is_one() -> None:
    """The detector may find the same body twice; nobody else has come then."""
    selector = PersonSelector()
    again = seen_from(body(), scale=0.9, shift=(5, 3))
    assert selector.choose([near(0), again]) == 0
    assert selector.people == 1


def test_only_who_looks_large_enough_is_a_rival() -> None:
    """Somebody as near could be meant as well; a passer-by behind, or nobody, could not."""
    selector = PersonSelector()
    selector.choose([near(0), far(0, 200)])
    assert (selector.people, len(selector.rivals)) == (2, 0)
    selector.choose([near(0.1), seen_from(body(), time_s=0.1, shift=(-220, 0))])
    assert (selector.people, len(selector.rivals)) == (2, 1)
    selector.choose([near(0.2)])
    assert (selector.people, len(selector.rivals)) == (1, 0)


def follow(frames: list[list[Pose]]) -> tuple[Tracker, list[tuple[int, ...]]]:
    tracker = Tracker()
    return tracker, [tracker.update(people) for people in frames]


def test_in_a_clip_the_best_track_is_found_whoever_came_first() -> None:
    """A visitor opens the clip; who then sits there for most of it is meant, before and after."""
    frames = [[colleague(step / 5)] for step in range(25)]
    frames += [[colleague(t), near(t, sway(t))] for t in np.arange(5, 20, 0.2)]
    frames += [[colleague(t)] for t in np.arange(20, 30, 0.2)]
    frames += [[near(t, 20 + sway(t)), colleague(t)] for t in np.arange(30, 40, 0.2)]
    tracker, numbers = follow(frames)
    people = people_of_clip(tracker.tracks)
    assert len(people) == 2
    chosen = choose_in_clip(numbers, people[0])
    assert chosen == [-1] * 25 + [1] * 75 + [-1] * 50 + [0] * 50
    other = choose_in_clip(numbers, people[1])
    assert other == [0] * 25 + [0] * 75 + [0] * 50 + [1] * 50


def test_in_a_clip_a_poster_is_not_preferred() -> None:
    """A poster is there all the time and as large, and still is not the person."""
    poster = [seen_from(body(), time_s=t, shift=(-150, 0)) for t in np.arange(0, 40, 0.2)]
    frames = [[pose] for pose in poster]
    for index, time_s in enumerate(np.arange(0, 40, 0.2)):
        if 100 <= index < 180:
            frames[index].append(near(time_s, 170 + sway(time_s)))
    tracker, numbers = follow(frames)
    chosen = choose_in_clip(numbers, people_of_clip(tracker.tracks)[0])
    assert chosen == [-1] * 100 + [1] * 80 + [-1] * 20


def test_in_a_clip_a_larger_poster_is_not_preferred_though_its_landmarks_waver() -> None:
    """Pixels tell it; somebody who walks past it for some seconds does not make it live."""
    frames = [beside_a_larger(t, 0.5 if 20 <= t < 26 else 0.02) for t in np.arange(0, 60, 0.2)]
    tracker, numbers = follow(frames)
    assert all(track.moved for track in tracker.tracks)
    assert choose_in_clip(numbers, people_of_clip(tracker.tracks)[0]) == [1] * len(frames)


def test_in_a_clip_the_calibrated_person_is_meant() -> None:
    """Of two who are there all the time, the one whose place is the baseline's."""
    frames = [[near(t, -140 + sway(t)), near(t, 140 - sway(t))] for t in np.arange(0, 15, 0.2)]
    tracker, _ = follow(frames)
    baseline = make_baseline([near(step / 10, 140) for step in range(30)], Settings())
    assert people_of_clip(tracker.tracks, baseline)[0].tracks[0].number == 1


def test_an_empty_clip_has_nobody() -> None:
    """Without anybody there is nobody to choose."""
    tracker, numbers = follow([[Pose.nobody(0.0, 640, 480)]])
    assert people_of_clip(tracker.tracks) == []
    assert choose_in_clip(numbers, None) == [-1]


def test_in_a_clip_of_another_shape_a_profile_does_not_say_where_its_person_is() -> None:
    """An upright telephone's video: the one in front is meant, not who is as large as it was."""
    calibrated = make_baseline([near(index / 5) for index in range(50)], Settings())
    crowd = Crowd()
    for time_s in np.arange(0, 10, 0.2):
        front = seen_from(body(), time_s=time_s, scale=0.7, shift=(sway(time_s), 60))
        behind = seen_from(body(), time_s=time_s, scale=0.45, shift=(sway(time_s), 0))
        crowd.update([replace(one, width=360, height=640) for one in (behind, front)])
    chosen = crowd.choose(calibrated, Settings()).chosen
    without = crowd.choose(None, Settings()).chosen
    assert set(chosen) == set(without) == {1}


def test_asking_for_somebody_who_is_not_there() -> None:
    """--person beyond the number of people is one plain sentence."""
    crowd = Crowd()
    for time_s in np.arange(0, 5, 0.2):
        crowd.update([near(time_s)])
    third = Settings.model_validate({"analyze": {"person": 3}})
    with pytest.raises(RecordingError, match="Person 3 was asked for, and 1 could be told apart"):
        crowd.choose(None, third)


@pytest.mark.parametrize(("gap_s", "same"), [(0.2, False), (2.0, True)])
def test_who_was_lost_for_longer_may_have_gone_farther(gap_s: float, same: bool) -> None:
    """By 0.7 of the farthest that is believed: in a fifth of a second nobody moves so far."""
    tracker = Tracker()
    for step in range(20):
        tracker.update([near(step / 10)])
    size = tracker.tracks[0].size
    assert tracker.update([near(1.9 + gap_s, 1.4 * size)]) == ((0,) if same else (1,))


@pytest.mark.parametrize("rate_hz", [2, 30])
def test_places_are_remembered_once_a_second(rate_hz: int) -> None:
    """Whatever the rate: so ten of them are ten seconds, in which somebody alive moves."""
    tracker = Tracker()
    for step in range(20 * rate_hz):
        tracker.update([near(step / rate_hz)])
    assert len(tracker.tracks[0].places) == 19


def test_in_a_clip_whose_pictures_change_their_size_everybody_stays_who_they_are() -> None:
    """As in a recorded call: half the size from one picture to the next is the same person."""
    tracker = Tracker()
    for step in range(100):
        pose = near(step / 10, sway(step / 10))
        if step >= 50:
            pose = replace(pose, width=320, height=240, landmarks=pose.landmarks / np.float32(2))
        assert tracker.update([pose]) == (0,)
    assert tracker.tracks[0].width == 320
    assert len(people_of_clip(tracker.tracks)) == 1


@pytest.mark.parametrize("rate_hz", [5, 30])
def test_in_a_clip_the_profile_is_looked_for_in_seconds_not_frames(rate_hz: int) -> None:
    """The person of a stored profile who comes after half a minute is found at any rate."""
    place = room()

    def sitting(time_s: float, second: int) -> Pose:
        pose = near(time_s, sway(time_s))
        return replace(pose, scene=seen(place, seed=second, people=(pose,)))

    baseline = make_baseline([sitting(index / 5, index) for index in range(50)], Settings())
    crowd = Crowd()
    for index in range(40 * rate_hz):
        time_s = index / rate_hz
        crowd.update([sitting(time_s, index) if time_s >= 30 else Pose.nobody(time_s, 640, 480)])
    found = crowd.choose(None, Settings(), [Candidate("me", baseline)]).profile
    assert found is not None
    assert found.name == "me"


@pytest.mark.parametrize(("mine_s", "watched"), [(40, 1), (15, 0)])
def test_in_a_clip_whom_a_stored_profile_fits_is_watched_before_a_larger_guest(
    mine_s: int, watched: int
) -> None:
    """If they are there for half of the guest's time: a look into the room is not meant."""
    place = room()

    def sitting(time_s: float, second: int) -> Pose:
        pose = near(time_s, sway(time_s))
        return replace(pose, scene=seen(place, seed=second, people=(pose,)))

    baseline = make_baseline([sitting(index / 5, index) for index in range(50)], Settings())
    me = Candidate("me", baseline)
    crowd = Crowd()
    for index in range(200):
        time_s = index / 5
        aside = -250 + sway(time_s)
        guest = seen_from(body(), time_s=time_s, scale=1.4, shift=(aside, 0))
        crowd.update([guest, sitting(time_s, index)] if time_s < mine_s else [guest])
    found = crowd.choose(None, Settings(), [me])
    assert set(found.chosen) == {watched}
    assert (found.profile is me) == (watched == 1)
    assert found.people == 2
    first = Settings.model_validate({"analyze": {"person": 1}})
    assert set(crowd.choose(None, first, [me]).chosen) == {0}


def noise(random: np.random.Generator) -> np.ndarray:
    return random.normal(0, 0.6, (33, 3)).astype(np.float32)


def test_nobody_is_nobody() -> None:
    """Without people, or with an empty pose, the answer is -1."""
    selector = PersonSelector()
    assert selector.choose([]) == -1
    assert selector.choose([Pose.nobody(math.pi, 640, 480)]) == -1
