"""A server on loopback that answers as it is told, one reply after the other; the last one stays. Real sockets, no rules:
what Shopify would make of a request is the simulator's business."""
import gzip
import json
import socket
import ssl
import struct
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STATUS = {'maximumAvailable': 2000.0, 'currentlyAvailable': 1990.0, 'restoreRate': 100.0}


def graphql(data=None, *, errors=None, requested=10, actual=8, throttle=None, search=None, headers=None, **status):
    """A reply of the GraphQL endpoint, with its cost."""
    body = {'extensions': {'cost': {
        'requestedQueryCost': requested, 'actualQueryCost': actual, 'throttleStatus': throttle or {**STATUS, **status}}}}
    if errors is None or data is not None:
        body['data'] = data if data is not None else {'shop': {'name': 'X'}}
    if errors:
        body['errors'] = errors
    if search:
        body['extensions']['search'] = search
    return reply(json.dumps(body), headers=headers)


def problem(code, message='no', **more):
    """One entry of the top-level ``errors``."""
    path = more.pop('path', None)
    return {'message': message, 'extensions': {'code': code, **more}, **({'path': path} if path else {})}


def reply(body='', status=200, headers=None, content_type='application/json'):
    """Any reply: the handler's job as a function."""
    content = body if isinstance(body, bytes) else body.encode()

    def answer(handler):
        handler.send_response(status)
        for name, value in {'Content-Type': content_type, 'x-request-id': 'req-1', **(headers or {})}.items():
            handler.send_header(name, value)
        handler.send_header('Content-Length', str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
    return answer


def html(status):
    return reply('<html><h1>Bad Gateway</h1></html>', status, content_type='text/html')


def silence(seconds):
    """Read the request and say nothing for so long."""
    def answer(handler):
        time.sleep(seconds)
        handler.close_connection = True
    return answer


def hang_up(handler):
    """Read the request and reset the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    handler.connection.close()
    handler.close_connection = True


def half(handler):
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header('Content-Length', '1000')
    handler.end_headers()
    handler.wfile.write(b'{"data": {"id": 1}}\n{"id"')
    handler.close_connection = True


def cut(content, *, framing, packed=False):
    """End in the middle of the body: ``framing`` says how its end would have been known (length, chunked or nothing)."""
    whole = gzip.compress(content) if packed else content
    part = whole[:-20]

    def answer(handler):
        handler.send_response(200)
        if packed:
            handler.send_header('Content-Encoding', 'gzip')
        if framing == 'length':
            handler.send_header('Content-Length', str(len(whole)))
        elif framing == 'chunked':
            handler.send_header('Transfer-Encoding', 'chunked')
        handler.send_header('Connection', 'close')
        handler.end_headers()
        handler.wfile.write(b'%x\r\n%s\r\n' % (len(part), part) if framing == 'chunked' else part)
        handler.close_connection = True
    return answer


class Shop:
    """``answers`` is what will be replied; ``requests`` what came: dicts of path, headers, body (JSON or text)."""

    def __init__(self, server, scheme='http', host='127.0.0.1'):
        self.url = f'{scheme}://{host}:{server.server_address[1]}'
        self.answers = [graphql()]
        self.requests = []
        server.shop = self

    def says(self, *answers):
        self.answers = list(answers)

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def _answer(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
        shop = self.server.shop
        shop.requests.append({
            'path': self.path, 'headers': dict(self.headers.items()),
            'body': json.loads(body) if body.startswith('{') else body})
        try:
            shop.next_answer()(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET = _answer

    def log_message(self, format, *args):
        pass

    def finish(self):
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that hangs up is part of these tests."""


@contextmanager
def running(certificate=None, key=None):
    """A :class:`Shop`, with TLS when a certificate is given."""
    server = _Server(('127.0.0.1', 0), _Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True).start()
    try:
        yield Shop(server, 'https' if certificate else 'http', 'localhost' if certificate else '127.0.0.1')
    finally:
        server.shutdown()
        server.server_close()
