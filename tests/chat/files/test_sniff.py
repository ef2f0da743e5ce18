"""What a file is, by its bytes; what it is called, without tricks."""

import io
import zipfile

import pytest
from PIL import Image

from chat.files.sniff import Sniffed, clean_name, sniff
from chat.files.thumbnails import make_thumbnail


def picture(kind: str, *, width: int = 8, height: int = 6) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(written, kind)
    return written.getvalue()


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.txt", "a")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
    ],
)
def test_a_picture_is_known_by_its_bytes(content: bytes, kind: str) -> None:
    assert sniff(io.BytesIO(content)) == Sniffed(kind, 8, 6)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (zipped(), "application/zip"),
        ("plain 文字".encode(), "text/plain"),
        (b"<html><script>alert(1)</script></html>", "text/plain"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "text/plain"),
        (picture("BMP"), "application/octet-stream"),
        (picture("PNG")[:20], "application/octet-stream"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_what_is_no_picture_is_nothing_a_browser_would_run(content: bytes, kind: str) -> None:
    assert sniff(io.BytesIO(content)) == Sniffed(kind)


def test_a_picture_that_would_fill_the_memory_is_none() -> None:
    header = picture("PNG")
    # The size in the header of a PNG, with its checksum mended.
    import struct
    import zlib

    chunk = b"IHDR" + struct.pack(">II", 60_000, 60_000) + header[24:29]
    bomb = header[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + header[33:]
    assert sniff(io.BytesIO(bomb)).width is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.png", "a.png"),
        ("a\x00\n.txt", "a.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("", "file"),
        ("...", "file"),
        ("报告 2026.pdf", "报告 2026.pdf"),
        ("x" * 300 + ".jpeg", "x" * 195 + ".jpeg"),
    ],
)
def test_a_name_is_a_name_and_no_way_to_somewhere(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_thumbnail_is_small_and_tells_nothing_else() -> None:
    written = io.BytesIO()
    large = Image.new("RGB", (2_000, 1_000), "blue")
    exif = Image.Exif()
    exif[0x0110] = "a camera"
    # Held upside right: turned by 90 degrees.
    exif[0x0112] = 6
    large.save(written, "JPEG", exif=exif)

    with Image.open(io.BytesIO(make_thumbnail(io.BytesIO(written.getvalue())))) as small:
        assert (small.format, small.size) == ("WEBP", (320, 640))
        assert dict(small.getexif()) == {}
