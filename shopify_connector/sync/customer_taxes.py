"""Tax exemptions -> fiscal positions, as the store maps them; an exemption that is new here becomes a row to map."""

from odoo import models

# Exempt from everything, without a reason.
ANY = 'TAX_EXEMPT'


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    def _settle_more(self, batch, row, payload):
        super()._settle_more(batch, row, payload)
        if batch.backend._get_owner('customer') == 'none':
            return
        codes = [ANY] if payload.get('taxExempt') else sorted(payload.get('taxExemptions') or [])
        given = (row.agreed or {}).get('position')
        if not (codes or given):
            return
        positions = self._get_positions(batch, codes)
        wanted = next((positions[code] for code in codes if positions.get(code)), False)
        self._set_position(batch, row, wanted, given)

    def _get_positions(self, batch, codes):
        """``{code: fiscal position id or False}``."""
        known = batch.cache.setdefault('positions', {})
        if not known:
            rows = self.env['shopify.exemption.mapping'].search([('backend_id', '=', batch.backend.id)])
            known.update({mapping.code: mapping.fiscal_position_id.id for mapping in rows})
        missing = [code for code in codes if code not in known]
        if missing:
            self.env['shopify.exemption.mapping'].create(
                [{'backend_id': batch.backend.id, 'code': code} for code in missing]
            )
            known.update(dict.fromkeys(missing, False))
        return known

    def _set_position(self, batch, row, wanted, given):
        """Where the contact has none, or still has the one that an exemption gave it."""
        partner = row.partner_id.with_company(batch.backend.company_id)
        present = partner.property_account_position_id.id
        if present == (wanted or False) or present not in (False, given):
            return
        if partner.commercial_partner_id != partner:
            batch.note(
                row,
                self.env._(
                    "The customer is exempt from taxes. Fiscal positions are those of the company %(company)s: set it there.",
                    company=partner.commercial_partner_id.name,
                ),
            )
            return
        partner.property_account_position_id = wanted or False
        row.agreed = {**(row.agreed or {}), 'position': wanted or False}
