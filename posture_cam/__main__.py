"""`python -m posture_cam` is the same as `posture-cam`."""

from posture_cam.cli import main

if __name__ == "__main__":
    main()
