"""Workbooks made by hand, part by part, for what no library writes."""

from __future__ import annotations

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def packed(parts: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP container of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx_parts(rows: str, *, after: str = "", shared: str | None = None) -> dict[str, str | bytes]:
    """Return the parts of an XLSX workbook with one sheet of these rows."""
    kind = f"{LINKS}/worksheet"
    links = [f'<Relationship Id="r1" Type="{kind}" Target="worksheets/sheet1.xml"/>']
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>'
        f"{after}</worksheet>",
    }
    if shared is not None:
        links.append(
            f'<Relationship Id="r2" Type="{LINKS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        )
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}">{"".join(links)}</Relationships>'
    )
    return parts


def xlsx(rows: str, *, after: str = "", shared: str | None = None) -> bytes:
    """Return an XLSX workbook with one sheet of these rows."""
    return packed(xlsx_parts(rows, after=after, shared=shared))


def text_cell(place: str, text: str) -> str:
    """Return the XML of a cell that holds a text."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def headers(*names: str) -> str:
    """Return the XML of a first row with these texts."""
    cells = (text_cell(f"{chr(ord('A') + n)}1", name) for n, name in enumerate(names))
    return f'<row r="1">{"".join(cells)}</row>'


def ods(tables: str, *, styles: str = "", manifest: str = "<m/>") -> bytes:
    """Return an ODS workbook with these tables."""
    spaces = " ".join(
        f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}"
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return packed({"mimetype": ODS_TYPE, "META-INF/manifest.xml": manifest, "content.xml": content})


def compound(stream: str, content: bytes) -> bytes:
    """Return an OLE compound file of one stream, in sectors of 512 bytes ([MS-CFB])."""
    content = content.ljust(4096, b"\0")
    content += bytes(-len(content) % 512)
    sectors_n = len(content) // 512
    # Sector 0 holds the table, sector 1 the directory, the stream follows.
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors_n), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(name: str, kind: int, first: int, size: int, child: int) -> bytes:
        said = name.encode("utf-16-le") + b"\0\0"
        return (
            said.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(said), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", first, size)
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry(
        stream, 2, 2, len(content), 0xFFFFFFFF
    )
    return header + struct.pack("<128I", *table) + directory.ljust(512, b"\0") + content
