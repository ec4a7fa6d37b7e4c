from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from . import vault


class ShopifyCredentials(models.Model):
    """A store's secrets and its present access token, in a table of their own: renewing a token then never waits for,
    nor is undone with, a transaction that works on the store."""

    _name = 'shopify.credentials'
    _description = "Shopify Credentials"
    _log_access = False

    backend_id = fields.Many2one('shopify.backend', required=True, ondelete='cascade')
    access_token = fields.Char(groups='base.group_system', copy=False)
    expires_at = fields.Datetime()
    client_secret = fields.Char(groups='base.group_system', copy=False)
    previous_secret = fields.Char(groups='base.group_system', copy=False)
    previous_until = fields.Datetime()

    _backend_uniq = models.Constraint('UNIQUE(backend_id)', "A store has one set of credentials.")

    @api.model
    def _of(self, backend):
        """The store's row, made when it is missing."""
        self = self.sudo()
        return self.search([('backend_id', '=', backend.id)]) or self.create({'backend_id': backend.id})

    def _get_secret(self, name):
        """The plain text of a secret, '' when none is kept; raises vault.KeyMissingError."""
        stored = self.sudo()[name]
        return vault.decrypt(stored) if stored else ''

    def _get_usable_token(self, margin_seconds):
        """The fetched token while it is good for at least ``margin_seconds``, else ''. A token without an end was typed
        in for the other way of signing in."""
        credentials = self.sudo()
        limit = fields.Datetime.now() + timedelta(seconds=margin_seconds)
        usable = credentials.expires_at and credentials.expires_at >= limit
        return credentials._get_secret('access_token') if usable else ''

    def _lock_for_renewal(self):
        """Wait for the row. False when somebody else has changed it meanwhile: look again in a new transaction."""
        try:
            self.env.cr.execute(
                SQL("SELECT id FROM shopify_credentials WHERE id = %s FOR UPDATE", self.id), log_exceptions=False
            )
        except SerializationFailure:
            self.env.cr.rollback()
            return False
        return True

    def _set_token(self, token, expires_in=None):
        """Keep an access token; ``expires_in`` in seconds, None for one that does not expire."""
        self.sudo().write(
            {
                'access_token': vault.encrypt(token) if token else False,
                'expires_at': fields.Datetime.now() + timedelta(seconds=expires_in) if expires_in else False,
            }
        )

    def _set_client_secret(self, secret, keep_hours):
        """Keep the app's secret. Shopify signs with the old one for a while after a change, so it stays valid."""
        credentials = self.sudo()
        values = {'client_secret': vault.encrypt(secret) if secret else False}
        if credentials.client_secret:
            values['previous_secret'] = credentials.client_secret
            values['previous_until'] = fields.Datetime.now() + timedelta(hours=keep_hours)
        credentials.write(values)

    def _get_dated_secrets(self):
        """``((secret, valid until (naive UTC) or None), …)`` of what may sign a webhook; none fails closed."""
        credentials = self.sudo()
        try:
            found = [(credentials._get_secret('client_secret'), None)]
            if credentials.previous_secret:
                found.append((credentials._get_secret('previous_secret'), credentials.previous_until))
        except vault.KeyMissingError:
            return ()
        return tuple((secret, until) for secret, until in found if secret)

    def _forget_token(self, auth_method):
        """A renewable token is dropped so that the next call signs in anew; a static one is all there is."""
        if auth_method == 'client_credentials':
            self._set_token(False)
