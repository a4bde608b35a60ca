"""Documents that are archives inside: OFD, DOCX, XLSX. Unpacked here once, with a limit, to be sure that they are whole."""

import io
import re
import stat
import struct
import zipfile
import zlib

from yiwang.foundation.files.refusals import FileRefused

MAX_MEMBERS = 3_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
_RATIO_COUNTS_FROM = 5 * 1024 * 1024
_MAX_INDEX = 1024 * 1024
_CHUNK = 256 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    _OFFICE + "wordprocessingml.document.main+xml": _OFFICE + "wordprocessingml.document",
    _OFFICE + "spreadsheetml.sheet.main+xml": _OFFICE + "spreadsheetml.sheet",
}
_PROGRAMS = re.compile(
    r"vbaproject\.bin$|activex|\.(?:exe|dll|com|scr|msi|js|jse|vbs|vbe|wsf|hta|bat|cmd|ps1|sh|jar|lnk|html?|svg|php)$",
    re.IGNORECASE,
)
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, IndexError, NotImplementedError)


def inspect_archive(data: bytes) -> str:
    """Return the media type of an OFD, DOCX or XLSX file. Raises FileRefused for any other or unsafe archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_frame(data, archive, members)
            media_type = _media_type(archive, {member.filename: member for member in members})
            _check_members(members, len(data))
            _unpack(archive, members)
    except _BROKEN:
        raise FileRefused("damaged") from None
    except RuntimeError:  # zipfile's word for a missing password
        raise FileRefused("password") from None
    return media_type


def _check_frame(data: bytes, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what stands before, between or after the members, where another file could hide."""
    if not members or len(members) > MAX_MEMBERS:
        raise FileRefused("unpacks_too_large" if members else "damaged")
    if archive.comment or data[-22:-18] != b"PK\x05\x06" or min(m.header_offset for m in members) != 0:
        raise FileRefused("mixed")
    if any(member.flag_bits & 0x1 for member in members):
        raise FileRefused("password")
    if sum(member.compress_size for member in members) > len(data):  # members that overlap
        raise FileRefused("damaged")


def _check_members(members: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or (unpacked > _RATIO_COUNTS_FROM and unpacked > packed * MAX_RATIO):
        raise FileRefused("unpacks_too_large")
    names = [member.filename for member in members]
    if len({name.lower() for name in names}) != len(names):
        raise FileRefused("damaged")
    for member in members:
        name = member.orig_filename
        if name.startswith("/") or re.search(r"(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f]|^[A-Za-z]:", name):
            raise FileRefused("damaged")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise FileRefused("damaged")
        if _PROGRAMS.search(name):
            raise FileRefused("active")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileRefused("damaged")


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Read every member to its end, which compares its checksum; sizes that were declared too small end here."""
    left = MAX_UNPACKED
    for member in members:
        with archive.open(member) as content:
            while chunk := content.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise FileRefused("unpacks_too_large")


def _media_type(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> str:
    if "OFD.xml" in members:
        index = _index(archive, members["OFD.xml"])
        if re.search(rb"<(?:\w+:)?OFD[\s>]", index) and b"ofdspec.org" in index:
            return "application/ofd"
    elif "[Content_Types].xml" in members and "_rels/.rels" in members:
        index = _index(archive, members["[Content_Types].xml"])
        types = {match.decode() for match in re.findall(rb"ContentType\s*=\s*[\"']([\w./+-]+)[\"']", index)}
        if any("macroEnabled" in kind or "vbaProject" in kind for kind in types):
            raise FileRefused("active")
        found = {_MAIN_PARTS[kind] for kind in types & _MAIN_PARTS.keys()}
        if len(found) == 1:
            return found.pop()
    raise FileRefused("type")


def _index(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.file_size > _MAX_INDEX:
        raise FileRefused("unpacks_too_large")
    with archive.open(member) as content:
        index = content.read(_MAX_INDEX + 1)
    if b"<!DOCTYPE" in index or b"<!ENTITY" in index:
        raise FileRefused("active")
    return index
