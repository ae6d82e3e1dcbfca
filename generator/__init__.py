"""Small Caps Weekly: a weekly report in which every number can be checked."""

__version__ = "0.1.0"
