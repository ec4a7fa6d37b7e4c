"""A store's connection: check it, make it, end it; its webhook subscriptions."""

import time
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import const
from ..entities import shop, webhook_subscription
from ..shopify import errors, oauth, paging

_LOOPBACK = {'localhost', '127.0.0.1', '::1'}


class ShopifySyncConnection(models.AbstractModel):
    _name = 'shopify.sync.connection'
    _description = "Shopify Connection"

    # === CHECK === #

    @api.model
    def _check(self, backend):
        """Write what the shop says of itself, or why it does not answer, to the store; a failed check changes no state."""
        started = time.monotonic()
        try:
            client = backend._get_client(max_tries=2, timeout=const.QUICK_SECONDS)
            data = client.query(shop.DOCUMENT)
            lines = self._report(backend, client, data)
            values = {**shop.vals(data), 'connection_ok': True, 'connection_report': '\n'.join(lines)}
        except errors.ShopifyError as error:
            values = {'connection_ok': False, 'connection_report': self._reason(backend, error)}
        backend.sudo().write({**values, 'checked_at': fields.Datetime.now()})
        self.env['shopify.sync.log']._note(
            backend,
            'check_connection',
            'ok' if values['connection_ok'] else 'error',
            message=values['connection_report'],
            duration_ms=int((time.monotonic() - started) * 1000),
        )
        return backend._notification(
            self._headline(values['connection_report']),
            'success' if values['connection_ok'] else 'danger',
            self.env._("Connection works") if values['connection_ok'] else self.env._("Connection does not work"),
        )

    @staticmethod
    def _headline(report):
        """The first line; the whole report stands in the form."""
        return report.split('\n', 1)[0]

    def _report(self, backend, client, data):
        """What was found, a line each."""
        info = data['shop']
        granted = shop.scopes(data)
        lines = [
            self.env._(
                "Shop: %(name)s (%(domain)s), plan %(plan)s",
                name=info['name'],
                domain=info['myshopifyDomain'],
                plan=(info.get('plan') or {}).get('publicDisplayName') or '?',
            ),
            self.env._("Currency: %(currency)s, prices include taxes", currency=info['currencyCode'])
            if info.get('taxesIncluded')
            else self.env._("Currency: %(currency)s, taxes are added to prices", currency=info['currencyCode']),
            self.env._("Granted scopes: %(scopes)s", scopes=', '.join(sorted(granted)) or '-'),
        ]
        lines += self._rate_lines(backend, info['currencyCode'])
        lines += self._scope_lines(backend, granted)
        lines += self._location_lines(client, granted)
        lines += self._version_lines(backend, client, data)
        lines.append(self._rate_line(client))
        if backend.shop_gid and backend.shop_gid != info['id']:
            lines.append(self.env._("Attention: this is another shop than the one that was connected before."))
        return lines

    def _rate_lines(self, backend, code):
        """Without an exchange rate Odoo books one to one."""
        currency = self.env['res.currency'].with_context(active_test=False).search([('name', '=', code)], limit=1)
        if currency == backend.company_id.currency_id or currency.rate_ids:
            return []
        return [
            self.env._(
                "Attention: there is no exchange rate for %(currency)s. Enter one before you import orders, or they are "
                "booked one to one.",
                currency=code,
            )
        ]

    @staticmethod
    def _granted(backend):
        return {scope.strip() for scope in (backend.granted_scopes or '').split(',') if scope.strip()}

    def _scope_lines(self, backend, granted):
        required = const.REQUIRED_SCOPES + (const.STOCK_SCOPES if backend.stock_export else ())
        missing = oauth.missing_scopes(granted, required)
        if missing:
            return [
                self.env._(
                    "Missing scopes: %(scopes)s. Add them to the app, release it and approve it in the Shopify admin.",
                    scopes=', '.join(sorted(missing)),
                )
            ]
        useful = {
            'write_inventory': self.env._("to write quantities"),
            'write_products': self.env._("to export products, for selling when empty and for incoming dates"),
            'read_publications': self.env._("to see the sales channels of products"),
            'write_publications': self.env._("to put products on sales channels"),
            'write_customers': self.env._("to export customers"),
            'write_orders': self.env._("to mark as paid, capture, refund and cancel from Odoo"),
            'read_all_orders': self.env._("for orders that are older than 60 days"),
            'read_returns': self.env._("for returns with their reasons"),
            'read_draft_orders': self.env._("for draft orders"),
            'read_payment_terms': self.env._("for payment terms"),
            **backend._get_translation_scopes(),
            **backend._get_delivery_scopes(),
        }
        lines = backend._get_delivery_notes(granted) or [self.env._("No scope is missing.")]
        absent = [f'{scope} ({use})' for scope, use in useful.items() if oauth.missing_scopes(granted, (scope,))]
        if absent:
            lines.append(
                self.env._("Not granted, and not needed for everything: %(scopes)s.", scopes=', '.join(absent))
            )
        return lines

    def _location_lines(self, client, granted):
        if oauth.missing_scopes(granted, ('read_locations',)):
            return []
        names = self.env['shopify.sync.location']._names(client)
        return [self.env._("Locations: %(names)s", names=', '.join(names) or '-')]

    def _version_lines(self, backend, client, data):
        end = const.API_VERSION_ENDS.get(backend.api_version, '?')
        lines = [self.env._("API version: %(version)s, supported until %(end)s", version=backend.api_version, end=end)]
        served = client.served_version
        if served and served != backend.api_version:
            lines.append(
                self.env._(
                    "Attention: Shopify answered with version %(served)s instead. Choose a supported one: %(versions)s.",
                    served=served,
                    versions=', '.join(shop.supported_versions(data)),
                )
            )
        return lines

    def _rate_line(self, client):
        status = (client.last_cost or {}).get('throttleStatus') or {}
        return self.env._(
            "Rate limit: %(maximum)s points, %(rate)s a second come back",
            maximum=int(status.get('maximumAvailable') or 0),
            rate=int(status.get('restoreRate') or 0),
        )

    def _reason(self, backend, error):
        """One sentence for each way to fail, and what to do."""
        values = {'domain': backend.shop_domain, 'detail': error.message}
        texts = {
            'shop_not_found': self.env._(
                "There is no shop at %(domain)s. Compare the domain with the one in the Shopify admin, Settings, Domains.",
                **values,
            ),
            'invalid_token': self.env._(
                "The shop refuses the Admin API token. Copy it again from the app's API credentials, or reinstall the app.",
                **values,
            ),
            'invalid_client': self.env._(
                "Shopify does not know this client id and secret. Copy both again from the Dev Dashboard, Settings of the app.",
                **values,
            ),
            'app_not_installed': self.env._(
                "The app is not installed in %(domain)s. Install it from the Dev Dashboard and check again.", **values
            ),
            'organisation_mismatch': self.env._(
                "The app and %(domain)s belong to different Shopify organisations. "
                "Create the app in the organisation that owns the store.",
                **values,
            ),
            'frozen': self.env._(
                "The shop is frozen because a bill is unpaid. Its owner settles that in the Shopify admin.", **values
            ),
            'locked': self.env._("The shop is locked or closed. Its owner has to contact Shopify.", **values),
            'no_network': self.env._(
                "%(domain)s cannot be reached from this server. Check its network, its DNS and its proxy.", **values
            ),
            'dns': self.env._(
                "The name %(domain)s cannot be resolved from this server. Check the domain and the DNS.", **values
            ),
            'certificate': self.env._(
                "The certificate of %(domain)s is not trusted here. If a proxy inspects the traffic, add its certificate to "
                "REQUESTS_CA_BUNDLE.",
                **values,
            ),
        }
        text = texts.get(error.code, error.message)
        return (
            self.env._("%(text)s (Shopify request %(id)s)", text=text, id=error.request_id)
            if error.request_id
            else text
        )

    # === CONNECT === #

    @api.model
    def _connect(self, backend):
        """Check, fetch the locations, subscribe, switch the lanes on. A failure leaves nothing half done in Odoo."""
        backend.check_access('write')
        uri = self._webhook_uri(backend)
        known_shop = backend.shop_gid
        self._check(backend)
        if not backend.connection_ok:
            raise UserError(backend.connection_report)
        if known_shop and known_shop != backend.shop_gid:
            raise UserError(
                self.env._(
                    "This is another shop than the one that was connected before. Make a store of its own for it."
                )
            )
        if not backend.warehouse_id:
            raise UserError(self.env._("Choose the warehouse that this store sells from."))
        self._require_signing_secret(backend)
        missing = oauth.missing_scopes(self._granted(backend), const.REQUIRED_SCOPES)
        if missing:
            raise UserError(
                self.env._(
                    "The app lacks scopes: %(scopes)s. Add them, approve them in the Shopify admin and connect again.",
                    scopes=', '.join(sorted(missing)),
                )
            )
        client = backend._get_client()
        try:
            self.env['shopify.sync.location']._pull(backend, client)
            note = self._subscribe_or_poll(backend, client, uri)
        except errors.ShopifyError as error:
            raise UserError(self._reason(backend, error)) from error
        self._set_connected(backend, uri)
        message = self.env._("%(store)s is connected. Orders come in by themselves from now on.", store=backend.name)
        return backend._notification(f'{message} {note}'.strip())

    def _set_connected(self, backend, uri):
        now = fields.Datetime.now()
        backend.sudo().write(
            {
                'state': 'connected',
                'state_message': False,
                'webhook_uri': uri,
                'connected_at': backend.connected_at or now,
                'books_since': backend.books_since if backend.connected_at else backend.books_since or backend._shop_day(now),
                'orders_seen_until': backend.orders_seen_until or now,
                'swept_at': now,
                'subscriptions_checked_at': now,
                'connected_database': self.env['ir.config_parameter'].sudo().get_param('database.uuid'),
            }
        )
        self._switch_lanes(backend, True)
        self.env.registry.clear_cache()
        self.env['shopify.sync.log']._note(backend, 'connect', message=uri)

    def _subscribe_or_poll(self, backend, client, uri):
        """A sentence on what is missing. A trial on this machine, which Shopify cannot reach, lives from the sweep."""
        try:
            skipped = self._subscribe(backend, client, uri)
        except errors.UserErrors:
            if urlsplit(uri).hostname not in _LOOPBACK:
                raise
            return self.env._(
                "Shopify does not call this machine, so changes are looked up every %(minutes)s minutes.",
                minutes=const.SWEEP_MINUTES,
            )
        if skipped:
            return self.env._("Not subscribed for lack of scopes: %(topics)s.", topics=', '.join(skipped))
        return ''

    def _require_signing_secret(self, backend):
        if not backend.has_client_secret:
            raise UserError(
                self.env._(
                    "Enter the app's secret (API secret key) too: webhooks are signed with it, and unsigned ones are refused."
                )
            )

    def _webhook_uri(self, backend):
        base = backend._get_base_url()
        parts = urlsplit(base)
        if parts.scheme != 'https' and parts.hostname not in _LOOPBACK:
            raise UserError(
                self.env._(
                    "Shopify calls this Odoo over https only, but its address is “%(url)s”. Enter the public https address in "
                    "the store's form, or set the web.base.url parameter.",
                    url=base,
                )
            )
        return base + const.WEBHOOK_PATH

    @api.model
    def _subscribe(self, backend, client, uri):
        """Create the subscriptions that are missing; returns the topics for which a scope is lacking."""
        granted = self._granted(backend)
        nodes = [
            node
            for page in paging.pages(client, webhook_subscription.DOCUMENT, {}, ('webhookSubscriptions',))
            for node in page
        ]
        mine = webhook_subscription.mine(nodes, uri)
        wanted, skipped = self._topics(backend), []
        for topic in mine.keys() & const.TOPICS.keys() - wanted.keys():
            client.mutate(webhook_subscription.DELETE, {'id': mine[topic]})
        for topic, (_lane, scopes) in wanted.items():
            if scopes and oauth.missing_scopes(granted, scopes):
                skipped.append(topic)
            elif topic not in mine:
                self._create_subscription(client, topic, webhook_subscription.payload(uri, self._asked_fields(topic)))
        asked = {topic: self._asked_fields(topic) for topic in wanted if topic not in skipped}
        for topic, gid in webhook_subscription.outdated(nodes, uri, asked).items():
            # An older version of this addon asked for others.
            client.mutate(
                webhook_subscription.UPDATE, {'id': gid, 'subscription': webhook_subscription.payload(uri, asked[topic])}
            )
        return skipped

    @staticmethod
    def _asked_fields(topic):
        return const.WEBHOOK_FIELDS.get(topic, const.DEFAULT_WEBHOOK_FIELDS)

    @api.model
    def _topics(self, backend):
        """What this store listens to: topics of things that it does not import, or may not read and can do without, are
        left out."""
        granted = self._granted(backend)
        return {
            topic: (lane, scopes)
            for topic, (lane, scopes) in const.TOPICS.items()
            if (topic not in const.DRAFT_TOPICS or backend.import_draft_orders)
            and (topic not in const.OPTIONAL_TOPICS or not oauth.missing_scopes(granted, scopes))
        }

    def _create_subscription(self, client, topic, payload):
        """A subscription that another worker has made meanwhile is as good as ours."""
        try:
            client.user_errors(
                client.mutate(webhook_subscription.CREATE, {'topic': topic, 'subscription': payload}),
                'webhookSubscriptionCreate',
            )
        except (errors.UserErrors, errors.UnclearError):
            if not self._has_subscription(client, topic, payload['uri']):
                raise

    def _has_subscription(self, client, topic, uri):
        nodes = [
            node
            for page in paging.pages(client, webhook_subscription.DOCUMENT, {}, ('webhookSubscriptions',))
            for node in page
        ]
        return topic in webhook_subscription.mine(nodes, uri)

    @api.model
    def _switch_lanes(self, backend, on):
        """One cron a lane. A cron that runs at this moment cannot be switched off: it finds the store disconnected."""
        crons = backend.sudo().with_context(active_test=False).cron_ids
        for lane, label in const.LANES:
            cron = crons.filtered(lambda cron, lane=lane: cron.shopify_lane == lane)
            if cron:
                if cron.active != on and cron.try_lock_for_update():
                    cron.active = on
            elif on:
                self.env['ir.cron'].sudo().create(
                    {
                        'name': f'Shopify: {backend.name}, {label}',
                        'shopify_backend_id': backend.id,
                        'shopify_lane': lane,
                        'model_id': self.env['ir.model']._get_id('shopify.backend'),
                        'state': 'code',
                        'code': f"model._cron_run_lane({backend.id}, {lane!r})",
                        'user_id': self.env.ref('base.user_root').id,
                        'interval_number': const.SWEEP_MINUTES,
                        'interval_type': 'minutes',
                        'priority': 4 if lane == 'orders' else 5,
                    }
                )

    # === DISCONNECT === #

    @api.model
    def _disconnect(self, backend, quietly=False):
        """Remove our subscriptions from the shop and switch everything off. What cannot be removed there, because the
        shop does not answer, Shopify removes itself after eight refused deliveries."""
        backend.check_access('write')
        left = self._unsubscribe(backend)
        backend.sudo().write(
            {
                'state': 'draft',
                'state_message': False,
                'webhook_uri': False,
                'stock_export': False,
                'connected_database': False,
            }
        )
        self._switch_lanes(backend, False)
        self.env.registry.clear_cache()
        self.env['shopify.sync.log']._note(backend, 'disconnect', 'warning' if left else 'ok', message=left or False)
        if quietly:
            return True
        message = self.env._("%(store)s is disconnected.", store=backend.name)
        return backend._notification(f'{message} {left}'.strip(), 'warning' if left else 'success')

    def _unsubscribe(self, backend):
        """'' or a sentence on what is left in the shop."""
        if not backend.webhook_uri or not backend._is_live():
            return ''
        try:
            client = backend._get_client(max_tries=1, timeout=const.QUICK_SECONDS)
            nodes = [
                node
                for page in paging.pages(client, webhook_subscription.DOCUMENT, {}, ('webhookSubscriptions',))
                for node in page
            ]
            for subscription in webhook_subscription.mine(nodes, backend.webhook_uri).values():
                client.mutate(webhook_subscription.DELETE, {'id': subscription})
        except errors.ShopifyError as error:
            return self.env._(
                "The webhooks could not be removed in the shop: %(reason)s Shopify removes them itself once they are refused.",
                reason=self._reason(backend, error),
            )
        return ''

    # === TASKS === #

    @api.model
    def _restore_subscriptions(self, backend):
        """Find and restore subscriptions that Shopify has removed."""
        client = backend._get_client()
        self._subscribe_or_poll(backend, client, backend.webhook_uri)

    @api.model
    def _handle_shop(self, backend, tasks):
        backend.write(shop.vals(backend._get_client('catalogue').query(shop.DOCUMENT)))
        tasks._set_done()

    @api.model
    def _handle_uninstalled(self, backend, tasks):
        """The app was removed: its tokens are dead. Nothing is deleted; installing the app again continues here."""
        self.env['shopify.credentials']._of(backend)._forget_token(backend.auth_method)
        backend._note_attention(
            self.env._("The app was uninstalled from the shop. Install it again and press Connect; nothing was lost.")
        )
        tasks._set_done()
