from odoo import api, fields, models

from ..entities import tracking

# Of an app that may not be there (Delivery Costs); the connector goes without it.
CARRIER_MODEL = 'delivery.carrier'
OTHER = 'other'


class ShopifyCarrierMapping(models.Model):
    """What a carrier of Odoo's deliveries is called in a shop. Learnt from the first parcel that has it; Shopify makes the
    links of the companies that it knows."""

    _name = 'shopify.carrier.mapping'
    _description = "Shopify Carrier"
    _order = 'backend_id, name'
    _check_company_auto = True

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    name = fields.Char(
        "Carrier In Odoo", required=True, help="A delivery method, or a carrier that was typed on a delivery."
    )
    carrier_key = fields.Char(readonly=True, help="Odoo's id of the delivery method.")
    tracking_company = fields.Selection(
        lambda self: [(name, name) for name in tracking.COMPANIES] + [(OTHER, self.env._("Another one"))],
        "Company In Shopify",
        default=OTHER,
        required=True,
    )
    other_name = fields.Char("Its Name", help="As the customer reads it. Empty: the carrier's name in Odoo.")
    url = fields.Char(
        "Tracking Link",
        help="With {number} for the tracking number. Empty: Shopify's own link for companies that it knows, otherwise the "
        "delivery method's.",
    )
    origin = fields.Selection(
        [('learnt', "Learnt"), ('found', "Found"), ('manual', "By Hand")],
        default='manual',
        required=True,
        readonly=True,
    )

    _carrier_uniq = models.UniqueIndex(
        "(backend_id, COALESCE(carrier_key, ''), (CASE WHEN carrier_key IS NULL THEN lower(name) ELSE '' END))",
        "This carrier of the store is in the list already.",
    )

    def write(self, vals):
        """What a person has chosen is theirs."""
        if {'tracking_company', 'other_name', 'url'} & vals.keys() and 'origin' not in vals:
            vals = {**vals, 'origin': 'manual'}
        return super().write(vals)

    @api.model
    def _resolve(self, backend, carriers):
        """``{(key, name): shopify.carrier.mapping}``; what is missing is learnt.

        :param carriers: ``{(key, name)}``; the key is the delivery method's id as text, or '' for a name that was typed.
        """
        rows = self.search([('backend_id', '=', backend.id)])
        present = {row._identity(): row for row in rows}
        missing = sorted(pair for pair in carriers if self._identity_of(*pair) not in present)
        for (key, name), row in zip(
            missing, self.create([self._learn(backend, *pair) for pair in missing]), strict=True
        ):
            present[self._identity_of(key, name)] = row
        for key, name in carriers:
            if present[self._identity_of(key, name)].name != name:
                present[self._identity_of(key, name)].name = name
        return {pair: present[self._identity_of(*pair)] for pair in carriers}

    def _learn(self, backend, key, name):
        company = tracking.known_company(name)
        return {
            'backend_id': backend.id,
            'carrier_key': key or False,
            'name': name,
            'tracking_company': company or OTHER,
            'origin': 'found' if company else 'learnt',
        }

    def _identity(self):
        return self._identity_of(self.carrier_key or '', self.name)

    @api.model
    def _identity_of(self, key, name):
        return key, '' if key else name.casefold()

    def _get_company(self):
        """The tracking company's name for Shopify."""
        return (self.other_name or self.name) if self.tracking_company == OTHER else self.tracking_company

    @api.model
    def _find_carrier(self, picking, companies):
        """Odoo's delivery method for a company that Shopify names: what a store has mapped to it, else the one of that name.
        None where there is none or it is not clear which."""
        if CARRIER_MODEL not in self.env or not companies:
            return None
        carriers = self.env[CARRIER_MODEL].search([('company_id', 'in', (False, picking.company_id.id))])
        backends = picking.sale_id.shopify_binding_ids.backend_id
        rows = self.search([('backend_id', 'in', backends.ids), ('carrier_key', '!=', False)])
        wanted = companies[0]
        keys = {int(row.carrier_key) for row in rows if row._get_company().casefold() == wanted.casefold()}
        found = carriers.filtered(lambda carrier: carrier.id in keys)
        if not found:
            known = tracking.known_company(wanted)
            found = carriers.filtered(
                lambda carrier: (
                    (carrier.name or '').casefold() == wanted.casefold()
                    or bool(known and tracking.known_company(carrier.name) == known)
                )
            )
        return found if len(found) == 1 else None
