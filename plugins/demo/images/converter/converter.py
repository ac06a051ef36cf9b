"""HTTP service on port 5000: POST /unoconv/EXTENSION converts a document with LibreOffice, GET /liveness says 200.

The document is the multipart field "file" or the body itself; its kind is told by its file name (or the X-Filename
header), else by Content-Type, else by LibreOffice. One conversion at a time, as LibreOffice wants it; QUEUE more may
wait. Errors are one line of JSON.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from multipart import file_field

PORT = 5000
QUEUE = 10
TIME_LIMIT = int(os.environ.get('CONVERTER_TIME_LIMIT', '60'))
MAX_BYTES = int(os.environ.get('CONVERTER_MAX_BYTES', str(64 * 1024 * 1024)))
PROFILE = 'file:///tmp/converter-profile'
OUTPUTS = {
    'pdf': 'application/pdf',
    'odt': 'application/vnd.oasis.opendocument.text',
    'fodt': 'application/vnd.oasis.opendocument.text-flat-xml',
    'doc': 'application/msword',
    'docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'rtf': 'application/rtf',
    'html': 'text/html',
    'txt': 'text/plain',
}
INPUTS = {**{kind: extension for extension, kind in OUTPUTS.items()}, 'text/rtf': 'rtf'}

ZIP, OLE = b'PK\x03\x04', b'\xd0\xcf\x11\xe0'
STARTS = {'odt': ZIP, 'ott': ZIP, 'docx': ZIP, 'doc': OLE, 'rtf': b'{\\rtf'}

waiting = threading.BoundedSemaphore(QUEUE + 1)
office = threading.Lock()


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def convert(document, suffix, extension):
    with tempfile.TemporaryDirectory(prefix='convert-') as folder:
        source = Path(folder, 'in', f'document.{suffix}' if suffix else 'document')
        source.parent.mkdir()
        source.write_bytes(document)
        log = run_office(['--convert-to', extension, '--outdir', folder, str(source)])
        result = Path(folder, f'document.{extension}')
        if not result.exists():
            raise Refused(415, 'the document cannot be converted: ' + (log or 'LibreOffice gave no reason'))
        return result.read_bytes()


def plausible(document, suffix):
    """LibreOffice takes what it does not know for text and makes pages of rubbish of it."""
    start = STARTS.get(suffix)
    if start:
        return document.startswith(start)
    return document.startswith((ZIP, OLE)) or b'\0' not in document


def run_office(arguments):
    """What LibreOffice printed, on one line."""
    # start_new_session: soffice starts other processes, and all must go when time is over
    process = subprocess.Popen(
        ['soffice', f'-env:UserInstallation={PROFILE}', '--headless', '--norestore', '--nolockcheck', *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Refused(504, f'the conversion took more than {TIME_LIMIT} s') from None
    return ' '.join(output.decode('utf-8', 'replace').split())


class Handler(BaseHTTPRequestHandler):
    timeout = 60

    def do_GET(self):
        if self.path.split('?')[0] in ('/liveness', '/'):
            self.answer(200, 'text/plain', b'alive\n')
        else:
            self.refuse(404, 'no such path')

    do_HEAD = do_GET

    def do_POST(self):
        try:
            extension = self.extension()
            document, suffix = self.document()
            if not waiting.acquire(blocking=False):
                raise Refused(503, f'{QUEUE} conversions wait already')
            try:
                with office:
                    result = convert(document, suffix, extension)
            finally:
                waiting.release()
        except Refused as refused:
            self.refuse(refused.status, str(refused))
        else:
            self.answer(200, OUTPUTS[extension], result)

    def extension(self):
        path = re.fullmatch(r'/unoconv/([a-z0-9]+)/?', self.path.split('?')[0])
        if not path:
            raise Refused(404, 'no such path, POST to /unoconv/EXTENSION')
        if path.group(1) not in OUTPUTS:
            raise Refused(415, f'cannot convert to {path.group(1)}, only to {", ".join(OUTPUTS)}')
        return path.group(1)

    def document(self):
        """(contents, suffix of the file name or '')."""
        try:
            length = int(self.headers.get('Content-Length', ''))
        except ValueError:
            raise Refused(411, 'Content-Length is needed') from None
        if length > MAX_BYTES:
            raise Refused(413, f'more than {MAX_BYTES} bytes')
        body = self.rfile.read(max(length, 0))
        kind = self.headers.get('Content-Type', '')
        name = self.headers.get('X-Filename', '')
        if kind.lower().startswith('multipart/'):
            field = file_field(kind, body)
            if field is None:
                raise Refused(400, 'the body has no multipart field "file"')
            name, body = field
        if not body:
            raise Refused(400, 'the document is empty')
        named = re.search(r'\.([A-Za-z0-9]{1,10})$', name)
        suffix = named.group(1).lower() if named else INPUTS.get(kind.split(';')[0].strip().lower(), '')
        if not plausible(body, suffix):
            raise Refused(415, f'this is not a document{f" of the kind {suffix}" if suffix else ""}')
        return body, suffix

    def refuse(self, status, message):
        # what was not read of a refused body would be taken for the next request
        self.close_connection = True
        self.answer(status, 'application/json', json.dumps({'error': message}).encode() + b'\n')

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def log_request(self, code='-', size='-'):
        if self.command != 'GET':
            super().log_request(code, size)


class Server(ThreadingHTTPServer):
    daemon_threads = True


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Server(('', PORT), Handler).serve_forever()
