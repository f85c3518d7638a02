"""The common look of all plots in the docs."""

from __future__ import annotations


def use_plot_style() -> None:
    """Draw without a screen, plainly: no upper and right frame, nothing clipped."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams.update(
        {
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "savefig.dpi": 110,
            "figure.constrained_layout.use": True,
        }
    )
