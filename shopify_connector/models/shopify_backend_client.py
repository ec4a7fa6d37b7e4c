import os
import threading

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from .. import const
from ..shopify import errors, oauth
from ..shopify.budget import Budget
from ..shopify.client import Client
from . import vault

# A server option for trials: where shops are found instead of https://<shop>. `{shop}` stands for the domain.
ENDPOINT_VARIABLE = 'SHOPIFY_CONNECTOR_ENDPOINT'
_RENEWAL_TRIES = 3

_budgets: dict[tuple, Budget] = {}
_budgets_lock = threading.Lock()


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    has_lost_connection = fields.Boolean(
        compute='_compute_has_lost_connection', compute_sudo=True, help="What needs attention is the connection itself."
    )

    def _get_endpoint(self):
        self.ensure_one()
        if not self.shop_domain:
            raise UserError(self.env._("Enter the shop's domain first."))
        template = os.environ.get(ENDPOINT_VARIABLE, '').strip()
        return template.format(shop=self.shop_domain) if template else f'https://{self.shop_domain}'

    def _get_client(self, lane='orders', **options):
        """A client of this store for one lane; the lanes of a store share what they know of its rate limit."""
        self.ensure_one()
        return Client(
            self._get_endpoint(),
            self._get_token_source(),
            api_version=self.api_version,
            budget=self._get_budget(),
            keep_fraction=0.0 if lane == 'orders' else 0.3,
            on_call=self._note_call,
            **{'timeout': const.REQUEST_SECONDS, **options},
        )

    def _note_call(self, call):
        """A store that answers properly again needs nobody's attention any more."""
        if call.http_status == 200 and not call.error and self.state == 'attention' and self._is_attention_over():
            self.write({'state': 'connected', 'state_message': False})

    @api.depends('state', 'state_message')
    def _compute_has_lost_connection(self):
        for backend in self:
            backend.has_lost_connection = backend.state == 'attention' and backend._is_attention_over()

    def _is_attention_over(self):
        """Whether a good answer of Shopify is all that the store's message was waiting for."""
        return True

    def _get_budget(self):
        with _budgets_lock:
            return _budgets.setdefault((self.env.cr.dbname, self.id), Budget())

    def _get_token_source(self):
        """``token(renew) -> str`` for the client: the kept token, or with ``renew`` one that replaces it."""
        known = {}

        def token(renew):
            if renew or 'token' not in known:
                known['token'] = self._get_token(dead=known.get('token') if renew else None)
            return known['token']

        return token

    def _get_token(self, dead=None):
        """The access token in force; ``dead`` is one that Shopify has just refused.

        A static token cannot be renewed: the refused one comes back and the client gives up with an AuthError.
        """
        self.ensure_one()
        credentials = self.env['shopify.credentials']._of(self)
        try:
            if self.auth_method == 'access_token':
                return credentials._get_secret('access_token') or self._raise_no_credentials()
            usable = credentials._get_usable_token(const.TOKEN_MARGIN_SECONDS)
            if usable and usable != dead:
                return usable
            return self._renew_token(credentials, dead)
        except vault.KeyMissingError:
            raise errors.AuthError(
                "The stored credentials cannot be read, because the key they were encrypted with is not on this server. "
                "Enter them again.",
                code='key_missing',
            ) from None

    def _raise_no_credentials(self):
        raise errors.AuthError(
            "No credentials are stored for this store. Enter them in the store's form.", code='no_credentials'
        )

    def _renew_token(self, credentials, dead):
        """One worker at a time fetches a token, in a transaction of its own: it stays when the caller's is rolled back,
        and whoever waited for the lock finds the new token instead of fetching another."""
        for _attempt in range(_RENEWAL_TRIES):
            with self.env.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                row = env['shopify.credentials'].browse(credentials.id).exists()
                if not row:
                    return self._fetch_token(credentials)
                if not row._lock_for_renewal():
                    continue
                usable = row._get_usable_token(const.TOKEN_MARGIN_SECONDS)
                return usable if usable and usable != dead else self._fetch_token(row)
        raise errors.Throttled(
            "Another worker is signing in to this store just now.", code='renewal_busy', retry_after=5.0
        )

    def _fetch_token(self, credentials):
        secret = credentials._get_secret('client_secret')
        if not (self.client_id and secret):
            self._raise_no_credentials()
        token = oauth.fetch_client_credentials_token(
            self._get_endpoint(), self.client_id, secret, timeout=const.REQUEST_SECONDS
        )
        credentials._set_token(token.access_token, token.expires_in)
        credentials.flush_recordset()
        return token.access_token

    def _note_attention(self, message):
        """The store needs a person: said on its form and in an activity, once. Its lanes go on trying, slowly."""
        self.ensure_one()
        if self.state == 'attention' and self.state_message == message:
            return
        self.write({'state': 'attention', 'state_message': message})
        if self.responsible_id and not self.activity_ids.filtered(
            lambda activity: activity.note and message in activity.note
        ):
            self.activity_schedule(
                'mail.mail_activity_data_todo',
                fields.Date.context_today(self),
                summary=self.env._("Shopify: %(store)s needs attention", store=self.name),
                note=message,
                user_id=self.responsible_id.id,
            )
