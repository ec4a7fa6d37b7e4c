"""Bulk operations: run one, see how far it is, read its result as a stream."""
from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from . import files, transport, when
from .client import Client
from .errors import ResultGoneError

_RUN = """mutation BulkRun($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) { bulkOperation { id status } userErrors { field message code } }
}"""
_RUN_MUTATION = """mutation BulkMutate($mutation: String!, $path: String!) {
  bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) {
    bulkOperation { id status } userErrors { field message code }
  }
}"""
_STATUS = """query BulkStatus($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount fileSize url partialDataUrl createdAt completedAt }
}"""
_CANCEL = """mutation BulkCancel($id: ID!) {
  bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } }
}"""
_OVER = frozenset({'COMPLETED', 'CANCELED', 'FAILED', 'EXPIRED'})
_SCHEMA = """
CREATE TABLE line (position INTEGER PRIMARY KEY, id TEXT, parent TEXT, kind TEXT, sort TEXT, content TEXT);
"""
_INDEXES = """
CREATE INDEX line_parent ON line (parent, position);
CREATE INDEX line_root ON line (sort, id) WHERE parent IS NULL;
"""
_ROOTS = "parent IS NULL AND (sort, coalesce(id, '')) > (?, ?)"
_ROWS_A_WRITE = 1000


@dataclass(frozen=True)
class Status:
    """``objects`` counts what was looked at so far, which need not be the lines of the result; ``size`` is the result's in
    bytes. ``url`` is None before the end and when nothing was found, and dies after a week; ``partial_url`` has what a
    failed operation had found. ``created_at`` and ``completed_at`` are naive UTC."""

    id: str
    status: str
    error_code: str | None
    objects: int
    url: str | None
    partial_url: str | None
    created_at: datetime | None
    completed_at: datetime | None
    size: int | None = None

    @property
    def over(self) -> bool:
        """It will not change any more."""
        return self.status in _OVER

    @property
    def good(self) -> bool:
        """The result is complete, be it empty."""
        return self.status == 'COMPLETED'


def run(client: Client, query: str) -> str:
    """Start a bulk query and give its gid. Not sent again when its fate is unclear: look for a running one first.

    :raise UserErrors: code ``OPERATION_IN_PROGRESS`` when five are running, or what is wrong with the query.
    """
    payload = client.user_errors(client.mutate(_RUN, {'query': query}), 'bulkOperationRunQuery')
    return payload['bulkOperation']['id']


def run_mutation(client: Client, mutation: str, path: str) -> str:
    """Start a bulk mutation with the variables that were uploaded to ``path``, and give its gid. Not sent again when its
    fate is unclear.

    :raise UserErrors: code ``OPERATION_IN_PROGRESS`` when five are running, or what is wrong with the mutation.
    """
    answer = client.mutate(_RUN_MUTATION, {'mutation': mutation, 'path': path})
    return client.user_errors(answer, 'bulkOperationRunMutation')['bulkOperation']['id']


def status(client: Client, id_: str) -> Status:
    """How far an operation is. ResultGoneError when Shopify does not know it."""
    found = client.query(_STATUS, {'id': id_})['bulkOperation']
    if not found:
        raise ResultGoneError()
    return Status(
        found['id'], found['status'], found.get('errorCode'), int(found.get('objectCount') or 0), found.get('url'),
        found.get('partialDataUrl'), when.to_utc(found.get('createdAt')), when.to_utc(found.get('completedAt')),
        int(found['fileSize']) if found.get('fileSize') else None)


def cancel(client: Client, id_: str) -> None:
    """Ask for an end; the operation is over once :func:`status` says so. UserErrors when it is over already."""
    client.user_errors(client.mutate(_CANCEL, {'id': id_}, idempotent=True), 'bulkOperationCancel')


def rows(url: str, *, session=None, timeout=(5, 60), size: int | None = None, endpoint: str | None = None) -> Iterator[dict]:
    """The objects of a result, one by one, in constant memory. No token is sent: the address itself is the permission.

    :param size: ``Status.size``, by which a download that ends too early is known where its server does not say.
    :param endpoint: the client's, whose server may be asked without https, as trials do.
    :raise NoNetworkError, Unavailable: start again later and skip what is known; what was given is good.
    :raise ResultGoneError: run the operation again.
    """
    for line in files.lines(session or transport.new_session(), url, timeout=timeout, size=size, endpoint=endpoint):
        yield _object(line)


def joined(objects: Iterable[dict]) -> Iterator[dict]:
    """The root objects in order, each with its children under ``'children'``: ``{typename: [child, …]}``, and theirs.

    Shopify gives children apart from their parents, in any order, tied by ``__parentId``. They wait in a temporary
    file, so that memory is bounded by one root with all that belongs to it.
    """
    with tempfile.TemporaryDirectory(prefix='shopify-bulk-') as folder:
        spool = Spool(os.path.join(folder, 'result.sqlite'))
        spool.fill(objects, sort_by=None)
        for _position, root in spool.roots():
            yield root


class Spool:
    """A result in a file of its own: joined in constant memory, read from any position, as often as it takes.

    Positions are ``(value of the field that it is sorted by, id)`` of a root: they stay good when the same operation is
    run again and its lines come in another order.
    """

    def __init__(self, path: str):
        self.path = path

    @property
    def is_complete(self) -> bool:
        """Whether all of the result is there: the file gets its name when it is."""
        return os.path.exists(self.path)

    def fill(self, objects: Iterable[dict], *, sort_by: str | None = 'createdAt') -> None:
        """Take the objects of a result; roots are given in the order of their field ``sort_by``, None as they come."""
        partial = f'{self.path}.part'
        _remove(partial)
        connection = sqlite3.connect(partial)
        try:
            _fill(connection, objects, sort_by)
        finally:
            connection.close()
        os.replace(partial, self.path)

    def count(self, after: tuple[str, str] | None = None) -> int:
        """The number of roots, or of those that come ``after`` a position."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(f"SELECT count(*) FROM line WHERE {_ROOTS}", _bounds(after)).fetchone()[0]

    def roots(self, after: tuple[str, str] | None = None) -> Iterator[tuple[tuple[str, str], dict]]:
        """``(position, root)`` of all, or of those that come ``after`` a position; children as in :func:`joined`."""
        with closing(sqlite3.connect(self.path)) as connection:
            found = connection.execute(
                f"SELECT sort, id, content FROM line WHERE {_ROOTS} ORDER BY sort, id, position", _bounds(after))
            for sort, id_, content in found:
                yield (sort, id_), _with_children(connection, id_, json.loads(content), ())

    def ids(self) -> Iterator[str]:
        """The ids of all roots, in no order."""
        with closing(sqlite3.connect(self.path)) as connection:
            for (id_,) in connection.execute("SELECT id FROM line WHERE parent IS NULL"):
                yield id_

    def remove(self) -> None:
        """Delete the file, complete or not."""
        _remove(self.path)
        _remove(f'{self.path}.part')


def _remove(path: str) -> None:
    if os.path.exists(path):
        os.unlink(path)


def _bounds(after: tuple[str, str] | None) -> tuple:
    return after or ('', '')


def _fill(connection: sqlite3.Connection, objects: Iterable[dict], sort_by: str | None) -> None:
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
    waiting = []
    for number, row in enumerate(objects):
        content = {name: value for name, value in row.items() if name != '__parentId'}
        # A position is greater than ('', ''), so that the sort of a root is never empty.
        sort = str(row.get(sort_by) or '0') if sort_by else f'{number:012d}'
        waiting.append((row.get('id'), row.get('__parentId'), _kind(row), sort, json.dumps(content)))
        if len(waiting) >= _ROWS_A_WRITE:
            _write(connection, waiting)
    _write(connection, waiting)
    connection.executescript(_INDEXES)
    connection.commit()


def _write(connection: sqlite3.Connection, waiting: list) -> None:
    connection.executemany("INSERT INTO line (id, parent, kind, sort, content) VALUES (?, ?, ?, ?, ?)", waiting)
    waiting.clear()


def _with_children(connection: sqlite3.Connection, id_: str | None, found: dict, above: tuple) -> dict:
    """``found`` with what names it as parent. A child that belongs to two parents has its own children written twice:
    each is given once."""
    found['children'] = {}
    if id_ is None or id_ in above:
        return found
    seen = set()
    rows_ = connection.execute("SELECT id, kind, content FROM line WHERE parent = ? ORDER BY position", (id_,)).fetchall()
    for child_id, kind, content in rows_:
        mark = (kind, child_id) if child_id else (kind, content)
        if mark not in seen:
            seen.add(mark)
            child = _with_children(connection, child_id, json.loads(content), (*above, id_))
            found['children'].setdefault(kind, []).append(child)
    return found


def _kind(row: dict) -> str:
    """The type's name: asked for, or read from the gid."""
    if row.get('__typename'):
        return row['__typename']
    parts = str(row.get('id') or '').split('/')
    return parts[3] if len(parts) > 4 else 'Object'


def _object(line: bytes) -> dict:
    """A line of a download that has not broken off: what is wrong with it now is wrong with the file."""
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ResultGoneError("The result of the bulk operation is damaged. It is made once more.", code='bad_line')
    return found
