"""Tandem: workflow and case tracking for projects that two sides run as a pair.

This module imports nothing, so that `workflow_app.core` can be used without Flask.
"""

__version__ = "0.1.0"
