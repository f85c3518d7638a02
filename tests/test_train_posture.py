"""Going on with a trained network: what may learn and what stays. Needs torch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from posture_ensemble import EncoderShape, Ensemble  # noqa: E402
from train_posture import last_layer  # noqa: E402


def test_only_the_chosen_outputs_learn_from_the_last_layer() -> None:
    """A step of the optimiser leaves all else as it was, to the last bit."""
    torch.manual_seed(0)
    model = Ensemble(5, (6, 4), 3, EncoderShape((1, 2, 2, 2), 3))
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    learning = torch.tensor([True, False, True] * 2)  # values, then deviations
    parameters = last_layer(model, [True, False, True])
    optimiser = torch.optim.AdamW(parameters, lr=0.1, weight_decay=0.0)
    for _ in range(3):
        optimiser.zero_grad()
        model(torch.randn(8, 5), torch.randn(8, 1, 32, 32)).square().sum().backward()
        optimiser.step()
    for name, value in model.named_parameters():
        changed = (value != before[name]).any(dim=tuple(range(value.dim() - 1)))
        if name in ("weights.2", "biases.2"):
            assert torch.equal(changed, learning)
        else:
            assert not changed.any()
