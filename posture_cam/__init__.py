"""posture_cam: spine and shoulder angles from a webcam, and a word when slouching lasts."""

__version__ = "0.1.0"
