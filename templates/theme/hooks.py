"""Lays the drawings into the pages; the work is done by the package."""

from generator.site import on_page_content

__all__ = ["on_page_content"]
