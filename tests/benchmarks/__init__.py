"""Figures of Tandem: what it costs, measured, not asserted. See docs/benchmarks.md."""
