"""A client of Odoo that signs in and calls methods as the web client does. Standard library only."""
import http.cookiejar
import json
import urllib.error
import urllib.request


class RpcError(Exception):
    """Odoo answered with an error. ``name`` is its Python class, ``debug`` the traceback on the server."""

    def __init__(self, name, message, debug=''):
        super().__init__(f'{name}: {message}')
        self.name = name
        self.message = message
        self.debug = debug


class Session:
    """One signed-in user.

    :param url: address of the server, such as 'http://127.0.0.1:8069'.
    :raise RpcError: wrong login or password.
    """

    def __init__(self, url, database, login, password=None, timeout=300):
        self.url = url
        self.timeout = timeout
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        answer = self.post('/web/session/authenticate', db=database, login=login, password=password or login)
        self.uid = answer['uid']

    def post(self, path, **params):
        """Call a JSON-RPC route and return its result."""
        body = json.dumps({'jsonrpc': '2.0', 'method': 'call', 'id': 1, 'params': params}).encode()
        request = urllib.request.Request(self.url + path, body, {'Content-Type': 'application/json'})
        with self._opener.open(request, timeout=self.timeout) as response:
            answer = json.load(response)
        if error := answer.get('error'):
            data = error.get('data') or {}
            raise RpcError(data.get('name', 'error'), data.get('message', error.get('message')), data.get('debug', ''))
        return answer.get('result')

    def call(self, model, method, *args, **kwargs):
        """Call ``method`` of ``model``; for a method of records the first argument is the list of their ids."""
        params = {'model': model, 'method': method, 'args': list(args), 'kwargs': kwargs}
        return self.post(f'/web/dataset/call_kw/{model}/{method}', **params)

    def search_read(self, model, domain=(), fields=('id',), **kwargs):
        """Records that match ``domain`` as a list of dictionaries."""
        return self.call(model, 'search_read', list(domain), list(fields), **kwargs)

    def one(self, model, domain, fields=('id',)):
        """The only matching record.

        :raise LookupError: there is none, or there are several.
        """
        found = self.search_read(model, domain, fields, limit=2)
        if len(found) != 1:
            raise LookupError(f'{len(found) or "no"} records of {model} match {domain}')
        return found[0]

    def ref(self, xmlid):
        """Id of the record with an external id.

        :raise LookupError: there is none.
        """
        module, name = xmlid.split('.', 1)
        return self.one('ir.model.data', [('module', '=', module), ('name', '=', name)], ['res_id'])['res_id']
