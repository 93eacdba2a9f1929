"""`python -m workflow_app` is the command `tandem`."""

from workflow_app.cli import main

if __name__ == "__main__":
    main()
