"""The ways in which a remote misbehaves: each writes to a connection, and says whether that stays open."""

import gzip
import hashlib
import itertools
import json
import zlib
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_plus

from tests.servers.exchanges import Exchange, asked, first, framed, pass_all, pieces
from tests.servers.messages import chunk, head, whole

JSON: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"
ROWS: Final = [{"s": {"type": "uri", "value": f"urn:row:{number}"}} for number in range(1000)]
TABLE: Final = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": ROWS}}).encode()
HALF: Final = len(TABLE) // 2
PAGE: Final = b"<!DOCTYPE html><html><body><h1>Please log in</h1></body></html>"
TRACE: Final = b"java.lang.NullPointerException\n\tat org.example.Secret.run(Secret.java:42)\n"
MIB: Final = 1 << 20


Behaviour = Callable[[Exchange], bool]


def answer(status: int, kind: str, body: bytes, **headers: str) -> Behaviour:
    """Return the behaviour that says this, whole; ``Retry_After`` is the header ``Retry-After``."""
    named = {"Content-Type": kind, **{name.replace("_", "-"): text for name, text in headers.items()}}

    def say(exchange: Exchange) -> bool:
        exchange.send(whole(status, named, body))
        return True

    return say


def raw(content: bytes) -> Behaviour:
    """Return the behaviour that sends these bytes."""

    def say(exchange: Exchange) -> bool:
        exchange.send(content)
        return True

    return say


def cut(framing: str) -> Behaviour:
    """Return the behaviour that ends in the middle of the body, with one of the framings of ``framed``."""

    def say(exchange: Exchange) -> bool:
        return framed(exchange, framing, JSON, pieces(TABLE[: exchange.options.after_bytes]))

    return say


def passing(framing: str) -> Behaviour:
    """Return the behaviour that passes on what the real server says, up to some bytes of the body."""

    def say(exchange: Exchange) -> bool:
        with asked(exchange) as answered:
            kind = answered.getheader("Content-Type", "")
            if framing == "all":
                return pass_all(exchange, answered)
            return framed(exchange, framing, kind, first(answered, exchange.options.after_bytes))

    return say


def pass_but(exchange: Exchange) -> bool:
    """Pass on what the real server says, but to some requests say that this is no moment for them."""
    asks = unquote_plus(exchange.request.body.decode("utf-8", "replace"))
    return BEHAVIOURS["unavailable" if exchange.options.refused in asks else "pass"](exchange)


def redirect(status: int) -> Behaviour:
    """Return the behaviour that sends the client elsewhere."""

    def say(exchange: Exchange) -> bool:
        exchange.send(whole(status, {"Location": exchange.options.location}, b""))
        return True

    return say


def redirect_to_itself(exchange: Exchange) -> bool:
    """Send the client where it is."""
    exchange.send(whole(302, {"Location": exchange.request.target}, b""))
    return True


def drip(exchange: Exchange) -> bool:
    """Send the whole answer, byte by byte."""
    exchange.send(head(200, {"Content-Type": JSON, "Content-Length": str(len(TABLE))}))
    for byte in TABLE:
        exchange.send(bytes((byte,)))
        exchange.wait(exchange.options.pause_seconds)
    return True


def drip_head(exchange: Exchange) -> bool:
    """Send the head byte by byte, with no end."""
    for byte in itertools.chain(b"HTTP/1.1 200 OK\r\n", itertools.cycle(b"X-More: and more\r\n")):
        exchange.send(bytes((byte,)))
        exchange.wait(exchange.options.pause_seconds)
    return False


def silent(exchange: Exchange) -> bool:
    """Take the request, and say nothing."""
    exchange.wait()
    return False


def stall_after_head(exchange: Exchange) -> bool:
    """Send the head of an answer, and nothing of its body."""
    exchange.send(head(200, {"Content-Type": JSON, "Content-Length": str(len(TABLE))}))
    exchange.wait()
    return False


def huge_head(exchange: Exchange) -> bool:
    """Send 16 MiB of headers."""
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(16 * 1024):
        exchange.send(f"X-Header-{number}: {'x' * 1000}\r\n".encode())
    exchange.send(b"Content-Length: 0\r\n\r\n")
    return False


def endless(exchange: Exchange) -> bool:
    """Send rows until the client goes away, or 4 GiB of them."""
    row = json.dumps(ROWS[0]).encode() + b",\n"
    exchange.send(head(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"}))
    exchange.send(chunk(b'{"head":{"vars":["s"]},"results":{"bindings":['))
    many = chunk(row * (MIB // len(row)))
    for _ in range(4096):
        if exchange.over.is_set():
            break
        exchange.send(many)
    return False


def endless_line(exchange: Exchange) -> bool:
    """Send one literal without an end, up to 4 GiB of it."""
    exchange.send(head(200, {"Content-Type": TRIPLES, "Transfer-Encoding": "chunked"}) + chunk(b'<urn:a> <urn:b> "'))
    for _ in range(4096):
        if exchange.over.is_set():
            break
        exchange.send(chunk(b"x" * MIB))
    return False


def gzip_bomb(exchange: Exchange) -> bool:
    """Send some MB that unpack to 8 GiB of spaces, where JSON may have them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(b'{"head":{"vars":["s"]},') + packer.flush(zlib.Z_FULL_FLUSH)
    mebibyte = packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    exchange.send(head(200, {"Content-Type": JSON, "Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}))
    exchange.send(chunk(start))
    for _ in range(8192):
        if exchange.over.is_set():
            break
        exchange.send(chunk(mebibyte))
    return False


def reset(exchange: Exchange) -> bool:
    """Send half of the answer, and reset the connection."""
    exchange.send(head(200, {"Content-Type": JSON, "Content-Length": str(len(TABLE))}) + TABLE[:HALF])
    exchange.reset()


def reset_at_once(exchange: Exchange) -> bool:
    """Take the request, and reset the connection."""
    exchange.reset()


def close_at_once(exchange: Exchange) -> bool:
    """Take the request, and close the connection."""
    return False


def close_kept_alive(exchange: Exchange) -> bool:
    """Answer the first request of a connection, saying that it stays open, and none behind it."""
    if exchange.turn > 1:
        return False
    return answer(200, JSON, TABLE)(exchange)


def close_idle(exchange: Exchange) -> bool:
    """Answer, saying that the connection stays open, and close it."""
    answer(200, JSON, TABLE)(exchange)
    return False


def more_than_said(exchange: Exchange) -> bool:
    """Send more than its length says: what lies behind must not be taken for the next answer."""
    exchange.send(whole(200, {"Content-Type": JSON}, TABLE) + whole(200, {"Content-Type": JSON}, b'{"boolean":true}'))
    return True


def not_http(exchange: Exchange) -> bool:
    """Speak another protocol."""
    exchange.send(b"SSH-2.0-OpenSSH_9.2\r\n")
    return False


def noise(exchange: Exchange) -> bool:
    """Send bytes of no meaning: the same ones each time."""
    exchange.send(hashlib.shake_128(b"noise").digest(4096))
    return False


def unauthorized(exchange: Exchange) -> bool:
    """Want the password ``secret`` of the user ``cloudindex``, by Basic."""
    if exchange.request.headers.get("authorization") == "Basic Y2xvdWRpbmRleDpzZWNyZXQ=":
        return answer(200, JSON, TABLE)(exchange)
    return answer(401, "text/html", PAGE, WWW_Authenticate='Basic realm="remote"')(exchange)


def error_behind_rows(exchange: Exchange) -> bool:
    """Begin a table, and end it with the text of an error, properly framed."""
    error = b"\n# query failed: " + TRACE
    return framed(exchange, "chunked", JSON, pieces(TABLE[: exchange.options.after_bytes] + error))


def partial(exchange: Exchange) -> bool:
    """Send some of the rows as if they were all, and say in headers that they are not, as Virtuoso does."""
    some = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": ROWS[:10]}}).encode()
    return answer(200, JSON, some, X_SQL_State="S1TAT", X_SQL_Message="RC...: Returning incomplete results")(exchange)


BEHAVIOURS: Final[dict[str, Behaviour]] = {
    "whole": answer(200, JSON, TABLE),
    "empty": answer(200, JSON, b""),
    "html": answer(200, "text/html; charset=utf-8", PAGE),
    "html-as-json": answer(200, JSON, PAGE),
    "wrong-type": answer(200, "image/png", TABLE),
    "no-type": raw(whole(200, {}, TABLE)),
    "other-json": answer(200, JSON, b'{"rows": [1, 2, 3]}'),
    "no-json": answer(200, JSON, b'{"head": {"vars": ["s"]}, "results": {"bindings": [}}'),
    "deep-json": answer(200, JSON, b'{"head":' + b"[" * 100_000),
    "bad-utf8": answer(200, JSON, TABLE.replace(b"urn:row:7", b"urn:row:\xff\xfe")),
    "bad-triples": answer(200, TRIPLES, b"<urn:a> <urn:b> <urn:c> .\nno triple at all\n"),
    "no-gzip": answer(200, JSON, TABLE, Content_Encoding="gzip"),
    "cut-gzip": answer(200, JSON, gzip.compress(TABLE)[:-20], Content_Encoding="gzip"),
    "unknown-coding": answer(200, JSON, TABLE, Content_Encoding="x-unheard-of"),
    "unauthorized": unauthorized,
    "digest": answer(401, "text/html", PAGE, WWW_Authenticate='Digest realm="remote", nonce="1", qop="auth"'),
    "forbidden": answer(403, "text/html", PAGE),
    "not-found": answer(404, "text/html", PAGE),
    "bad-query": answer(400, "text/plain", b"Parse error: line 1, column 7: secret-internal-name"),
    "too-many": answer(429, "text/plain", b"slow down", Retry_After="7"),
    "failing": answer(500, "text/plain", TRACE),
    "bad-gateway": answer(502, "text/html", PAGE),
    "unavailable": answer(503, "text/plain", b"not now", Retry_After="3"),
    "unavailable-until": answer(503, "text/plain", b"", Retry_After="Fri, 01 Jan 2100 00:00:00 GMT"),
    "unavailable-nonsense": answer(503, "text/plain", b"", Retry_After="-1e999 soon"),
    "gateway-timeout": answer(504, "text/html", PAGE),
    "no-content": raw(head(204, {})),
    "teapot": answer(299, JSON, TABLE),
    "redirect-302": redirect(302),
    "redirect-307": redirect(307),
    "redirect-308": redirect(308),
    "redirect-loop": redirect_to_itself,
    "drip": drip,
    "drip-head": drip_head,
    "silent": silent,
    "stall-after-head": stall_after_head,
    "stall": cut("stall"),
    "cut-length": cut("length"),
    "cut-chunked": cut("cut"),
    "cut-closed": cut("closed"),
    "cut-clean": cut("chunked"),
    "error-behind-rows": error_behind_rows,
    "partial": partial,
    "reset": reset,
    "reset-at-once": reset_at_once,
    "close-at-once": close_at_once,
    "close-kept-alive": close_kept_alive,
    "close-idle": close_idle,
    "more-than-said": more_than_said,
    "huge-head": huge_head,
    "endless": endless,
    "endless-line": endless_line,
    "gzip-bomb": gzip_bomb,
    "not-http": not_http,
    "noise": noise,
    "pass": passing("all"),
    "pass-but": pass_but,
    "pass-cut": passing("cut"),
    "pass-cut-clean": passing("chunked"),
    "pass-closed": passing("closed"),
    "pass-stall": passing("stall"),
}
