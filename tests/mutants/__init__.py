"""Faults planted into the shipped workflows, judged by a reading of their own."""
