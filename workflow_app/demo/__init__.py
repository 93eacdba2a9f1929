"""Example people and projects, all fictional, made with the real operations."""
