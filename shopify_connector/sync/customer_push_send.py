"""Contacts -> Shopify's customers: those that a person has chosen, and changed ones where Odoo's word counts."""

from odoo import api, models

from ..entities import customer_write as writing
from ..shopify import errors

_AT_ONCE = 50


class ShopifySyncCustomerPush(models.AbstractModel):
    _inherit = 'shopify.sync.customer.push'

    @api.model
    def _handle_exports(self, backend, tasks):
        """Keys: ``ask:<shopify.customer.export id>`` of what a person wants, else ids of ``shopify.customer``."""
        client = backend._get_client('catalogue')
        for start in range(0, len(tasks), _AT_ONCE):
            part = tasks[start : start + _AT_ONCE]
            asked = part.filtered(lambda task: task.key.startswith('ask:'))
            if asked:
                self._push_asked(backend, client, asked)
            if part - asked:
                self._push_changed(backend, client, part - asked)
            if not self.env['shopify.engine']._is_time_left():
                break

    def _push_asked(self, backend, client, tasks):
        by_partner = {}
        for task in tasks:
            export = self.env['shopify.customer.export'].browse(int(task.key.removeprefix('ask:'))).exists()
            if not export or export.state in ('done', 'same'):
                task._set_done()
                continue
            by_partner.setdefault(export.partner_id, []).append((task, export))
        self._push(backend, client, by_partner, asked=True)

    def _push_changed(self, backend, client, tasks):
        by_partner = {}
        for task in tasks:
            row = self.env['shopify.customer'].browse(int(task.key)).exists()
            if not row or row.deleted_at or row._get_owner() != 'odoo':
                task._set_done()
                continue
            by_partner.setdefault(row.partner_id, []).append((task, self.env['shopify.customer.export']))
        self._push(backend, client, by_partner, asked=False)

    def _push(self, backend, client, by_partner, asked):
        """Send what differs, contact by contact, then read all of them once: what Shopify made of it is agreed."""
        if not by_partner:
            return
        plans = self._plan(backend, client, self.env['res.partner'].union(*by_partner), asked)
        sent, failures = [], {}
        for plan in plans:
            try:
                if not plan.stop and self._send(backend, client, plan, plans):
                    sent.append(plan)
            except (errors.GiveUpError, errors.ScopeError, errors.UnclearError) as error:
                failures[plan.partner] = error
        self._take_over(backend, client, [plan for plan in plans if plan.gid and not plan.stop])
        for plan in plans:
            for task, export in by_partner[plan.partner]:
                self._settle(task, export, plan, plan in sent, failures.get(plan.partner))

    def _send(self, backend, client, plan, plans):
        """Whether anything was sent. A customer who turns out to be there already is linked instead of made, unless another
        of ``plans`` is that customer."""
        if plan.is_same:
            return False
        values = writing.fields_input(plan.values)
        if not plan.gid:
            own = [address for _gid, address, _shown in plan.addresses][:1]
            try:
                answer = client.mutate(writing.SET, {'input': {**values, **({'addresses': own} if own else {})}})
                plan.gid = client.user_errors(answer, 'customerSet')['customer']['id']
                plan.found_by = 'exported'
                return True
            except errors.UserErrors as error:
                if 'TAKEN' not in error.codes:
                    raise
                again = self._plan(backend, client, plan.partner)[0]
                if not again.gid or again.gid in {other.gid for other in plans if other is not plan}:
                    raise
                vars(plan).update(vars(again))
                return not plan.stop and self._send(backend, client, plan, plans)
        if values:
            answer = client.mutate(writing.SET, {'identifier': {'id': plan.gid}, 'input': values}, idempotent=True)
            client.user_errors(answer, 'customerSet')
        for gid, address, _shown in plan.addresses:
            self._send_address(client, plan, gid, address)
        return True

    def _send_address(self, client, plan, gid, address):
        if gid:
            variables = {'customerId': plan.gid, 'addressId': gid, 'address': address}
            answer = client.mutate(writing.CHANGE_ADDRESS, variables, idempotent=True)
            client.user_errors(answer, 'customerAddressUpdate')
        else:
            # A lost answer costs nothing: before it is sent again the addresses are read.
            is_first = not (plan.payload or {}).get('defaultAddress')
            answer = client.mutate(
                writing.ADD_ADDRESS, {'customerId': plan.gid, 'address': address, 'default': is_first}
            )
            client.user_errors(answer, 'customerAddressCreate')

    def _take_over(self, backend, client, plans):
        """Link those that were made or found, and keep what the shop has now as agreed."""
        if not plans:
            return
        payloads, _missing = self.env['shopify.sync.customer']._read(backend, client, [plan.gid for plan in plans])
        with self.env['shopify.engine']._turn():
            for plan in plans:
                if not plan.row:
                    plan.row = self._link(backend, plan)
            here = self.env['shopify.sync.customer'].with_context(shopify_customer_pushed=True)
            _outcomes, failures = here._upsert(backend, payloads)
            for error in failures.values():
                raise error

    def _link(self, backend, plan):
        known = self.env['shopify.customer'].search([('backend_id', '=', backend.id), ('gid', '=', plan.gid)], limit=1)
        if known:
            return known
        row = self.env['shopify.customer'].create(
            {
                'backend_id': backend.id,
                'gid': plan.gid,
                'partner_id': plan.partner.id,
                'name': plan.partner.name,
                'found_by': plan.found_by,
            }
        )
        shown = {'name': plan.partner.name or '', 'email': plan.partner.email or '', 'phone': plan.partner.phone or ''}
        codes = {'email': 'customer_email', 'phone': 'customer_phone', 'exported': 'customer_exported'}
        row._add_trail(codes[plan.found_by], **shown)
        return row

    def _settle(self, task, export, plan, is_sent, error):
        if isinstance(error, errors.UnclearError):
            task._set_retry(error.code, error.message, error.request_id)
            return
        message = error.message if error else plan.stop
        if message:
            task._set_failed(error.code if error else 'not_sent', message, error.request_id if error else None)
            export._settle('refused', message, error.request_id if error else False)
            return
        labels = {**plan.row._field_labels(), 'tags': self.env._("Tags"), 'addresses': self.env._("Addresses")}
        names = ', '.join(labels.get(name) or name.removeprefix('metafield:') for name in plan.changes)
        if is_sent:
            plan.row._add_trail('exported', fields=names)
        task._set_done(names if is_sent else False)
        export._settle('done' if is_sent else 'same', names if is_sent else False, customer=plan.row)
