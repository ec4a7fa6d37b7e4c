"""What images are made of: their bytes, where they are downloaded, and how they become ready.

An image comes from a staged upload (its own bytes), from another image of the simulator (a copy), or from an address
on the internet, of which nothing is read: it becomes a small PNG that depends only on the address. `GET /cdn/…` serves
the bytes (`picture_downloads.py`); a new version of an image has a new address.
"""
from __future__ import annotations

import hashlib
import struct
import zlib
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from .records import Media

UPLOADED, PROCESSING = timedelta(seconds=0.3), timedelta(seconds=1)
MAX_BYTES, MAX_PIXELS = 20 * 1024 * 1024, 25_000_000
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def png(seed: str, width: int = 0, height: int = 0, size: int = 0) -> bytes:
    """A PNG of one colour that depends on the seed; `size` fills it up to about that many bytes."""
    digest = hashlib.sha256(seed.encode()).digest()
    width, height = width or 24 + digest[0] % 40, height or 24 + digest[1] % 40
    rows = (b"\0" + digest[2:5] * width) * height
    filler = hashlib.shake_256(digest).digest(size) if size else b""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows))]
    parts += [(b"teSt", filler)] if filler else []
    body = b"".join(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
                    for name, data in [*parts, (b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + body


def measure(content: bytes) -> tuple[str, int, int] | None:
    """(mime type, width, height) of a picture, None for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return ("image/png", *struct.unpack(">II", content[16:24]))
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return ("image/gif", *struct.unpack("<HH", content[6:10]))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", 100, 100
    return _measure_jpeg(content) if content[:2] == b"\xff\xd8" else None


def _measure_jpeg(content: bytes) -> tuple[str, int, int] | None:
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], struct.unpack(">H", content[place + 2:place + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5:place + 9])
            return "image/jpeg", width, height
        place += 2 + length
    return None


def make(shop, source: str, alt: str | None = None, content: bytes | None = None, gid: str | None = None) -> Media:
    """A file out of its source; what cannot be a picture fails when it is processed."""
    now = shop.now()
    media = Media(gid or shop.gid("MediaImage"), source, alt or "", created_at=now, updated_at=now)
    shop.nodes[media.id] = media
    load(shop, media, source, content)
    return media


def load(shop, media: Media, source: str, content: bytes | None = None) -> None:
    """Take over the bytes of a source and begin to process them."""
    content = content if content is not None else read_source(shop, source)
    media.source, media.started_at, media.updated_at = source, shop.now(), shop.now()
    media.version += 1
    found = measure(content) if content else None
    media.error = None if found else "UNSUPPORTED_IMAGE_FILE_TYPE" if content else "IMAGE_DOWNLOAD_FAILURE"
    if found and (len(content) > MAX_BYTES or found[1] * found[2] > MAX_PIXELS):
        media.error = "INVALID_IMAGE_FILE_SIZE" if len(content) > MAX_BYTES else "INVALID_IMAGE_RESOLUTION"
    media.status = "FAILED" if media.error else "READY"
    if not media.error:
        media.mime_type, media.width, media.height = found
        media.size, media.digest = len(content), hashlib.sha256(content).hexdigest()
        shop.files.pop(media.filename, None)
        media.filename = free_name(shop, source, media)
        shop.files[media.filename] = media.id
        shop.contents[media.id] = content


def free_name(shop, source: str, media: Media) -> str:
    """The name of the source with the right extension, and with a number when it is taken."""
    stem = unquote(urlsplit(source).path).rsplit("/", 1)[-1].rpartition(".")
    stem = "".join(letter for letter in stem[0] or stem[2] if letter.isalnum() or letter in "-_") or "image"
    name = f"{stem}.{EXTENSIONS[media.mime_type]}"
    return f"{stem}_{media.number_id}.{EXTENSIONS[media.mime_type]}" if name in shop.files else name


def read_source(shop, source: str) -> bytes:
    """The bytes behind an address: b"" when there are none."""
    parts = urlsplit(source)
    own = source.startswith(f"{shop.simulator.base_url}/")
    if own and parts.path.startswith("/staged/"):
        token = parts.path.split("/")[3]
        return next((body for key, body in shop.uploads.items() if key.startswith(f"tmp/{token}/")), b"")
    if own and parts.path.startswith("/cdn/"):
        _cdn, domain, _files, name = parts.path.strip("/").split("/")
        other = shop.simulator.shops.get(domain)
        return other.contents.get(other.files.get(name), b"") if other else b""
    return png(source) if parts.scheme == "https" and parts.netloc else b""


def state_of(media: Media, now) -> str:
    """UPLOADED, PROCESSING, then READY or FAILED."""
    age = now - media.started_at if media.started_at else PROCESSING
    return "UPLOADED" if age < UPLOADED else "PROCESSING" if age < PROCESSING else media.status


def finish(media: Media) -> Media:
    """Processed long ago: for what is in a shop from the start."""
    media.started_at = None
    return media


def url(shop, media: Media) -> str:
    stamp = int(media.created_at.timestamp()) + media.version
    return f"{shop.simulator.base_url}/cdn/{shop.domain}/files/{media.filename}?v={stamp}"


def image(shop, media: Media) -> dict:
    """The Image of a ready picture."""
    address = url(shop, media)
    return {"__typename": "Image", "id": media.id.replace("/MediaImage/", "/ImageSource/"), "url": address,
            "src": address, "originalSrc": address, "altText": media.alt or None, "width": media.width,
            "height": media.height, "thumbhash": None}
