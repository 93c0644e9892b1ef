"""Figures as pictures: SVG that a phone shows as PNG and a page shows inline, the same drawing in both.

All but ``raster`` is pure."""
