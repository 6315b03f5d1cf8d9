"""The colours of pictures, light values; pages change them by class, PDFs print these."""

INK = "#1c2733"
MUTED = "#52606d"
PAPER = "#ffffff"
LINE = "#c9d2db"
CONTROL = "#7b8794"
ACCENT = "#1f4e8c"
WHISKER = "#5b83b8"
BAND = "#e6edf5"

MIX = ("#1f4e8c", "#3d6aa4", "#5b83b8", "#86a4cb", "#b2c6df", "#e6edf5")
"""Steps of one tone, the largest share darkest; neighbours are also parted by a gap."""

SANS = "Inter, system-ui, sans-serif"
"""The face of the three numbers that pictures spell out: first, last and the seats."""
