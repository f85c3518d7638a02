"""The words of reminders, stretches and safety notes, in one place, ready for translation.

Sentences that belong to one judgement stand beside it (slouch.py, reference.py, framing.py).

Wording: what was measured, then one thing to do. "May ease strain", never "cures"; posture as a
cause of pain is weakly supported, so nothing here says that slouching harms.
"""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    "duration.seconds": "{seconds} s",
    "duration.minutes": "{minutes} min",
    "duration.whole_hours": "{hours} h",
    "duration.hours": "{hours} h {minutes} min",
    "reason.flexion": "Upper back {amount} degrees rounder than your upright for {duration}.",
    "reason.head_forward": "Head {amount} cm further forward than your upright for {duration}.",
    "reason.trunk": "Trunk {amount} degrees further forward than your upright for {duration}.",
    "reason.other": "Slouched for {duration}.",
    "alert.1": "{reason} {action}",
    "alert.2": "{reason} Try this: {action}",
    "alert.3": "{reason} Time to stand up for a minute. {action}",
    "action.back": "Sit back and let the backrest carry you.",
    "action.hips": "Slide your hips to the back of the seat and grow tall.",
    "action.shoulders": "Drop your shoulders, look straight ahead and breathe out.",
    "action.screen": "Bring the screen closer, or its top edge up to your eyes.",
    "still": "No change of posture for {minutes} min. Shift, lean back or stand up. {action}",
    "break_due": "Sitting for {minutes} min without a break. Stand up and walk a little. {action}",
    "bending": "Bent by {amount} degrees on average, {count} times within {duration}. Bring what"
    " you reach for closer.",
    "twisting": "Turned by {amount} degrees on average, {count} times within {duration}. Turn with"
    " the chair, or put what you look at in front of you.",
    "asymmetry.lean.left": "Leaning left, {amount} degrees, for {duration}. Put your weight on both"
    " sides.",
    "asymmetry.lean.right": "Leaning right, {amount} degrees, for {duration}. Put your weight on"
    " both sides.",
    "asymmetry.shoulder.left": "The left shoulder higher than the right, by {amount} degrees, for"
    " {duration}. Put your weight on both sides.",
    "asymmetry.shoulder.right": "The right shoulder higher than the left, by {amount} degrees, for"
    " {duration}. Put your weight on both sides.",
    "head_down": "Looking down {amount} degrees for {duration}. Raise what you look at, and look"
    " into the distance for a while.",
    "away": "Away for {duration}.",
    "camera_moved": "The camera is not where it was when you sat upright: do so for a moment, then"
    " calibrate again or put it back.",
    "other_person": "Somebody else seems to sit here: sit upright and calibrate, or name your"
    " profile.",
    "straighter": "You sit straighter than when you calibrated, by {amount} degrees: calibrate"
    " again, sitting as you do now, or slouches are missed.",
    "too_dark": "Too dark to see your posture. Switch a light on, best from the front.",
    "stretch.line": "{name}: {steps} {dose}.",
    "stretch.seated_extension.name": "Seated extension",
    "stretch.seated_extension.steps": "hands behind the head, lean back over the chair back,",
    "stretch.seated_extension.dose": "8-10 times, slowly",
    "stretch.seated_extension.avoid": "Not with osteoporosis or a recent fracture.",
    "stretch.seated_rotation.name": "Seated rotation",
    "stretch.seated_rotation.steps": "arms crossed on the chest, feet flat, turn the chest,",
    "stretch.seated_rotation.dose": "5 times to each side",
    "stretch.seated_rotation.avoid": "Not with a recent fracture or disc injury.",
    "stretch.shoulder_blade_squeeze.name": "Shoulder-blade squeeze",
    "stretch.shoulder_blade_squeeze.steps": "draw the shoulder blades together, shoulders low,",
    "stretch.shoulder_blade_squeeze.dose": "5 s, 10 times",
    "stretch.shoulder_blade_squeeze.avoid": "Not with a fresh shoulder injury.",
    "stretch.doorway_chest.name": "Doorway chest stretch",
    "stretch.doorway_chest.steps": "forearms on the door frame, one step through,",
    "stretch.doorway_chest.dose": "15-30 s, twice",
    "stretch.doorway_chest.avoid": "Not with an unstable shoulder.",
    "stretch.cat_cow.name": "Cat-cow",
    "stretch.cat_cow.steps": "on hands and knees, arch and round the back in turn,",
    "stretch.cat_cow.dose": "8-10 times",
    "stretch.cat_cow.avoid": "Not with painful wrists or knees.",
    "stretch.thread_the_needle.name": "Thread the needle",
    "stretch.thread_the_needle.steps": "on hands and knees, slide one arm under the other,",
    "stretch.thread_the_needle.dose": "20-30 s, twice on each side",
    "stretch.thread_the_needle.avoid": "Not with painful shoulders or knees.",
    "stretch.open_book.name": "Open book",
    "stretch.open_book.steps": "on your side, knees bent, open the upper arm to the other side,",
    "stretch.open_book.dose": "10 times on each side",
    "stretch.open_book.avoid": "Not with a recent fracture or disc injury.",
    "stretch.childs_pose.name": "Child's pose",
    "stretch.childs_pose.steps": "kneel, sit back on the heels, stretch the arms forward,",
    "stretch.childs_pose.dose": "20-30 s, twice",
    "stretch.childs_pose.avoid": "Not with painful knees.",
    "stretch.foam_roller.name": "Foam roller",
    "stretch.foam_roller.steps": "lie with the upper back on the roller, hips down, lean back,",
    "stretch.foam_roller.dose": "a few minutes",
    "stretch.foam_roller.avoid": "Not with osteoporosis or a recent fracture.",
    "safety.device": "This is not a medical device. It may help you to vary your posture, which may"
    " ease strain; it neither finds nor treats any illness.",
    "safety.stop": "Stop a stretch on pain, tingling or dizziness.",
    "safety.emergency": "Call an ambulance for back pain with chest pain, breathlessness, weakness"
    " or numbness of both legs, numbness between the legs, a change of bladder or bowel control,"
    " or after a major accident.",
    "safety.doctor": "See a doctor soon for back pain with fever, weight loss, pain that is worse"
    " at night or lying down, pain like a band round the trunk, unsteady walking, a history of"
    " cancer, steroid treatment, osteoporosis with even a small fall, or pain that is new under 20"
    " or over 50.",
    "safety.hint": "If your back hurts: press h",
    "safety.back": "h: back to the measurements",
    "safety.where": "If your back hurts, read `posture-cam stretches` first.",
    "safety.source": "Stretches, doses and warning signs: public guidance on mid-back pain; not"
    " checked for you.",
    "safety.routine": "See a doctor if it is no better after 6 weeks.",
}


def say(key: str, /, **values: object) -> str:
    """The message of that key, filled in. Raises KeyError for an unknown key or a missing value."""
    return MESSAGES[key].format(**values)


def duration_text(seconds: float) -> str:
    """A length of time as people say it: "45 s", "3 min", "2 h", "1 h 5 min"."""
    if round(seconds) < 60:
        return say("duration.seconds", seconds=round(seconds))
    minutes = round(seconds / 60)
    if minutes < 60:
        return say("duration.minutes", minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if not minutes:
        return say("duration.whole_hours", hours=hours)
    return say("duration.hours", hours=hours, minutes=minutes)


def stretch_text(key: str) -> str:
    """One stretch in one line: name, steps, dose."""
    return say(
        "stretch.line",
        name=MESSAGES[f"stretch.{key}.name"],
        steps=MESSAGES[f"stretch.{key}.steps"],
        dose=MESSAGES[f"stretch.{key}.dose"],
    )


def safety_text() -> str:
    """Not a medical device; when to call for help. One paragraph a line."""
    parts = ("device", "emergency", "doctor", "routine", "stop")
    return "\n".join(MESSAGES[f"safety.{part}"] for part in parts)
