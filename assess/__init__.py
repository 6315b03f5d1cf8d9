"""Assess: pre-hire assessment for contact centres."""

from importlib.metadata import version

__version__ = version("assess")
