import io

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from plain_png import plain_png


@given(st.data(), st.integers(1, 5), st.integers(1, 5))
def test_others_read_the_same_pixels(data: st.DataObject, width: int, height: int) -> None:
    """What is written is a PNG, transparency and all."""
    size = 4 * width * height
    rgba = data.draw(st.binary(min_size=size, max_size=size))
    image = Image.open(io.BytesIO(plain_png(rgba, width=width, height=height)))
    image.load()
    assert (image.mode, image.size, image.tobytes()) == ("RGBA", (width, height), rgba)
