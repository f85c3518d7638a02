"""Teaching what to add where the trunk leans far. Needs torch."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from train_far_lean import Addition  # noqa: E402

from posture_cam.far_lean import FarLean, verdict_begins  # noqa: E402
from posture_cam.models import load_networks  # noqa: E402

CHANGE = load_networks().change.network
MEMBERS, WIDTH, PICTURES = 3, 7, 200


def test_what_is_learned_is_what_the_program_adds() -> None:
    """The same readings, hidden layers and directions of view give the same in both."""
    random = np.random.default_rng(2)
    addition = Addition(CHANGE.outputs, CHANGE.scale, MEMBERS, WIDTH).eval()
    with torch.no_grad():
        for parameter in addition.parameters():
            parameter.copy_(torch.tensor(random.normal(size=parameter.shape)))
    arrays = {
        "x_far_weight": addition.weight.detach().numpy(),
        "x_far_bias": addition.bias.detach().numpy(),
    }
    far_lean = FarLean.from_arrays(arrays, "x", CHANGE.outputs, CHANGE.scale)
    assert far_lean is not None
    readings = random.normal(size=(MEMBERS, PICTURES, 2 * len(CHANGE.outputs)))
    readings[..., far_lean.lean] *= 2.5
    hidden = random.normal(size=(MEMBERS, PICTURES, WIDTH))
    view_deg = random.uniform(-100, 100, PICTURES)
    read = readings.astype(np.float32)
    told = far_lean.added_to(read, hidden.astype(np.float32), view_deg)
    by_member = [torch.tensor(part).float() for part in (readings, hidden)]
    with torch.no_grad():
        added = addition(*by_member, torch.tensor(verdict_begins(view_deg)).float())
        learned = by_member[0].index_add(2, addition.columns, added).numpy()
    assert told == pytest.approx(learned, abs=1e-4)
    assert (told != read).any(axis=(0, 2)).mean() > 0.5


def test_before_it_learns_nothing_is_added() -> None:
    """Readings begin as the network gave them."""
    addition = Addition(CHANGE.outputs, CHANGE.scale, MEMBERS, WIDTH)
    readings = torch.full((MEMBERS, 4, 2 * len(CHANGE.outputs)), 5.0)
    added = addition(readings, torch.randn(MEMBERS, 4, WIDTH), torch.full((4,), 20.0))
    assert not added.any()
