"""`python -m workflow_app` is the command `tandem`."""

import sys

try:
    from workflow_app.cli import main
except KeyboardInterrupt:
    # Ctrl-C while the rooms are still being opened: nothing was begun.
    sys.exit(130)

if __name__ == "__main__":
    main()
