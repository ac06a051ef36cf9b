"""One field of a multipart/form-data body (the standard library has lost its own parser)."""

import re

PARAMETER = r'%s="?([^";\r\n]*)"?'


def file_field(content_type, body, field='file'):
    """(file name, contents) of a field, or None when the body has no such field."""
    boundary = re.search(PARAMETER % r'(?i:boundary)', content_type)
    if not boundary:
        return None
    delimiter = b'\r\n--' + boundary.group(1).encode('latin-1')
    # the first delimiter has no line break before it
    for part in (b'\r\n' + body).split(delimiter)[1:]:
        if part.startswith(b'--'):
            return None
        head, separator, contents = part.lstrip(b' \t').removeprefix(b'\r\n').partition(b'\r\n\r\n')
        disposition = re.search(r'(?im)^content-disposition:(.*)$', head.decode('utf-8', 'replace'))
        if not separator or not disposition:
            continue
        name = re.search(r'[;\s]' + PARAMETER % 'name', disposition.group(1))
        if name and name.group(1) == field:
            filename = re.search(r'[;\s]' + PARAMETER % 'filename', disposition.group(1))
            return (filename.group(1) if filename else ''), contents
    return None
