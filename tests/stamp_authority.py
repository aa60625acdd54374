"""A time stamping authority made with openssl: a root, a certificate for time stamping, and a server that answers with
`openssl ts`. It can be told to answer wrongly."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

REPLY = "application/timestamp-reply"
CONFIG = """
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[stamping]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")

Answer = Callable[[bytes], tuple[int, bytes]]


class TestedAuthority:
    """`answer` takes a query, and says with which status and bytes it is answered; `asked` counts."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.asked = 0
        self.answer: Answer = lambda query: (200, self.stamped(query))
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        subject = f"/CN=Root of {folder.name}"
        self._openssl("req", "-x509", *KEY, "-keyout", "root.key", "-out", "root.pem", "-subj", subject, "-days", "30")
        self._openssl("req", *KEY, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Tidens notarie")
        self._openssl(
            *("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"),
            *("-out", "tsa.pem", "-days", "30", "-extfile", "tsa.cnf", "-extensions", "stamping"),
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/stamp"

    @property
    def root(self) -> bytes:
        return (self.folder / "root.pem").read_bytes()

    def stamped(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._openssl(
            *("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-signer", "tsa.pem"),
            *("-inkey", "tsa.key", "-out", "reply"),
        )
        return (self.folder / "reply").read_bytes()

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)


@contextmanager
def stamping(authority: TestedAuthority) -> Iterator[TestedAuthority]:
    """The authority answers for as long as this lasts."""

    class Told(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.asked += 1
            status, body = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", REPLY)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    authority.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
