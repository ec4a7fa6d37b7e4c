from odoo import api, models

from ..entities import order_write as writing
from ..shopify import oauth


class ShopifyOrderActionPreview(models.AbstractModel):
    """The sentences of the dialog: how things are, what stands in the way, what would happen in Shopify and then in Odoo."""

    _name = 'shopify.order.action.preview'
    _description = "Preview Of A Change In Shopify"

    # === NOW === #

    @api.model
    def _get_obstacle(self, kind, state):
        """Why Shopify would not do it, and what to do instead, or False."""
        missing = oauth.missing_scopes(state['scopes'], writing.SCOPES)
        if missing:
            return self.env._(
                "The app lacks the scope %(scopes)s. Add it to the app, release the new version and approve it in the Shopify "
                "admin; then open this dialog again.",
                scopes=', '.join(sorted(missing)),
            )
        if state['cancelled'] and kind in ('mark_paid', 'capture', 'cancel'):
            return self.env._("The order is cancelled in Shopify already. Press Read Again to bring that over.")
        if kind == 'mark_paid' and not state['can_mark_paid']:
            if state['authorizations']:
                return self.env._("The payment is authorised: capture it instead of marking the order as paid.")
            return self.env._(
                "Shopify has nothing to mark: %(money)s is outstanding.", money=self._sum(state, 'outstanding')
            )
        if kind == 'capture' and not state['authorizations']:
            return self.env._(
                "There is no authorised payment that could be captured; it may have expired or been voided."
            )
        if kind == 'refund' and not any(line['refundable'] for line in state['lines']) and not float(state['net']):
            return self.env._("Everything was refunded already.")
        return False

    def _state_lines(self, state):
        lines = [
            self.env._(
                "Payment: %(payment)s. Fulfilment: %(fulfilment)s.",
                payment=(state['financial'] or '-').replace('_', ' '),
                fulfilment=(state['fulfillment'] or '-').replace('_', ' '),
            ),
            self.env._(
                "Total %(total)s, received and not given back %(net)s, outstanding %(due)s.",
                total=self._sum(state, 'total'),
                net=self._sum(state, 'net'),
                due=self._sum(state, 'outstanding'),
            ),
        ]
        for row in state['authorizations']:
            until = (row['expires'] or '')[:16].replace('T', ' ')
            lines.append(
                self.env._(
                    "%(amount)s authorised by %(gateway)s%(until)s.",
                    amount=self._amount(row['capturable'], state['currency']),
                    gateway=row['label'],
                    until=self.env._(", expires on %(time)s UTC", time=until) if until else '',
                )
            )
        return lines

    def _sum(self, state, name):
        return self._amount(state[name], state['currency'])

    @staticmethod
    def _amount(value, currency):
        return f'{writing.amount_text(value, currency)} {currency}'

    # === AFTERWARDS === #

    @api.model
    def _sentences(self, wizard):
        if not wizard.is_suggested:
            return [self.env._("Press Calculate: Shopify says what it would give back for this choice.")]
        return getattr(self, f'_{wizard.kind}')(wizard, wizard.snapshot)

    def _money(self, wizard, value):
        return self._amount(value, wizard.currency_code)

    def _mark_paid(self, wizard, state):
        return [
            self.env._(
                "Shopify notes that %(amount)s was received outside of it, by hand; nobody is charged.",
                amount=self._money(wizard, state['outstanding']),
            ),
            self.env._(
                "Shopify tells nobody by itself, but apps and flows of the shop that wait for the payment go on."
            ),
            self._odoo(wizard, self.env._("with the payment, as the store's policies say")),
        ]

    def _capture(self, wizard, state):
        payment = wizard.authorization_id
        left = payment.left - wizard.capture_amount
        sentences = [
            self.env._(
                "Shopify takes %(amount)s from the customer by %(gateway)s.",
                amount=self._money(wizard, wizard.capture_amount),
                gateway=payment.name or '?',
            )
        ]
        if left > 0:
            sentences.append(
                self.env._("%(amount)s stays authorised.", amount=self._money(wizard, left))
                if payment.is_multi and not wizard.capture_final
                else self.env._(
                    "%(amount)s is left; most payment providers give that up, so that it cannot be taken later.",
                    amount=self._money(wizard, left),
                )
            )
        return [*sentences, self._odoo(wizard, self.env._("with the payment, as the store's policies say"))]

    def _cancel(self, wizard, state):
        sentences = [self.env._("Shopify cancels %(order)s. That cannot be undone.", order=state['name'])]
        if state['shipped']:
            sentences.append(
                self.env._("Something was shipped already: Shopify will probably refuse. A refund is the other way.")
            )
        if state['authorizations']:
            sentences.append(
                self.env._(
                    "The authorised %(amount)s is released, whatever you choose.",
                    amount=self._money(wizard, state['capturable']),
                )
            )
        if float(state['net']):
            texts = {
                'original': self.env._("Shopify gives %(amount)s back to how it was paid: %(gateways)s."),
                'store_credit': self.env._("Shopify gives the customer %(amount)s as store credit."),
                'none': self.env._("No money goes back; %(amount)s stays with you until it is refunded."),
            }
            sentences.append(
                texts[wizard.refund_method]
                % {
                    'amount': self._money(wizard, state['net']),
                    'gateways': ', '.join(dict.fromkeys(row['label'] for row in state['payments'])),
                }
            )
        sentences.append(
            self.env._("The goods are available in the shop again.")
            if wizard.restock
            else self.env._("The goods are not put back on stock in Shopify.")
        )
        return [
            *sentences,
            self._told(wizard),
            self._odoo(wizard, self.env._("and is cancelled unless something was shipped or invoiced")),
        ]

    def _refund(self, wizard, state):
        sentences = [
            self.env._(
                "Shopify gives back %(amount)s to %(gateway)s.",
                amount=self._money(wizard, row.amount),
                gateway=row.name,
            )
            for row in wizard.payment_ids
            if row.amount > 0 and not row.is_authorization
        ] or [self.env._("No money goes back.")]
        for line in wizard.line_ids:
            if line.quantity > 0:
                sentences.append(self._goods(line))
        if wizard.shipping_amount:
            sentences.append(
                self.env._("%(amount)s of it is shipping.", amount=self._money(wizard, wizard.shipping_amount))
            )
        if wizard.move_id:
            sentences.append(self._credit_note(wizard.move_id.sudo()))
        gap = wizard.refund_total - wizard.suggested_amount
        if abs(gap) >= 0.0005:
            sentences.append(
                self.env._(
                    "That is %(amount)s more than Shopify suggests; it is noted as a difference.",
                    amount=self._money(wizard, gap),
                )
                if gap > 0
                else self.env._(
                    "That is %(amount)s less than Shopify suggests; it is noted as a difference.",
                    amount=self._money(wizard, -gap),
                )
            )
        return [
            *sentences,
            self._told(wizard),
            self._odoo(wizard, self.env._("with the refund, as the store's policies say")),
        ]

    def _credit_note(self, move):
        return self.env._(
            "The credit note %(name)s says %(amount)s %(currency)s; it stands for this refund in Odoo.",
            name=move.name,
            amount=f'{move.amount_total:.{move.currency_id.decimal_places}f}',
            currency=move.currency_id.name,
        )

    def _goods(self, line):
        texts = {
            'CANCEL': self.env._("%(count)s × %(name)s is taken off the order and available again at %(place)s."),
            'RETURN': self.env._("%(count)s × %(name)s is put back on stock at %(place)s."),
            'NO_RESTOCK': self.env._("%(count)s × %(name)s is refunded and not put back on stock."),
        }
        return texts[line.restock_type] % {
            'count': line.quantity,
            'name': line.name,
            'place': line.location_id.sudo().name or '?',
        }

    def _tags(self, wizard, state):
        variables = writing.tags_variables(state, writing.split_tags(wizard.tags))
        sentences = []
        if variables['add']:
            sentences.append(self.env._("Shopify adds the tags: %(tags)s.", tags=', '.join(variables['add'])))
        if variables['remove']:
            sentences.append(self.env._("Shopify removes the tags: %(tags)s.", tags=', '.join(variables['remove'])))
        return sentences or [self.env._("The tags stay as they are.")]

    def _note(self, wizard, state):
        if (wizard.note or '') == state['note']:
            return [self.env._("The note stays as it is.")]
        return [
            self.env._("Shopify replaces the note of the order; the customer is not told.")
            if wizard.note
            else self.env._("Shopify deletes the note of the order.")
        ]

    def _told(self, wizard):
        if wizard.notify:
            return self.env._("Shopify tells the customer by e-mail.")
        return self.env._("The customer is not told by Shopify.")

    def _odoo(self, wizard, how):
        sale = wizard.binding_id.sudo().sale_order_id
        if not sale:
            return self.env._("There is no sales order in Odoo that would follow.")
        if sale.state == 'cancel':
            return self.env._("In Odoo %(sale)s is cancelled already.", sale=sale.name)
        return self.env._(
            "In Odoo nothing is changed at once: the order is read again afterwards, and %(sale)s follows %(how)s.",
            sale=sale.name,
            how=how,
        )
