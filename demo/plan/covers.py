"""Covers of the demo's notes, drawn here: nobody's pictures are shown."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

# So many are drawn; notes share them.
COUNT = 8
_SIZE = 540, 720
# Sky, ground and what stands there, from light to dark.
_COLOURS = (
    ("#fde8e4", "#f3b7a8", "#c8553d"),
    ("#e4f1ec", "#a9d3c0", "#3d7a68"),
    ("#e7ecf8", "#b0c1e8", "#41589b"),
    ("#fbf1d8", "#ecd193", "#a5782a"),
)


@cache
def cover(number: int) -> bytes:
    """Cover `number` (0 to COUNT - 1) as a PNG; the same number gives the same bytes."""
    sky, ground, thing = _COLOURS[number % len(_COLOURS)]
    picture = Image.new("RGB", _SIZE, sky)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((330, 60, 480, 210), fill="#ffffff")
    draw.ellipse((-120, 430, 420, 980), fill=ground)
    draw.rectangle((0, 600, 540, 720), fill=ground)
    if number < len(_COLOURS):
        draw.rounded_rectangle((190, 250, 350, 610), radius=36, fill=thing)
        draw.rounded_rectangle((225, 180, 315, 260), radius=14, fill=thing)
        draw.rounded_rectangle((215, 380, 325, 500), radius=10, fill=sky)
    else:
        draw.rounded_rectangle((150, 330, 390, 610), radius=24, fill=thing)
        draw.arc((205, 240, 335, 420), 180, 360, fill=thing, width=22)
        draw.ellipse((225, 420, 315, 510), fill=sky)
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
