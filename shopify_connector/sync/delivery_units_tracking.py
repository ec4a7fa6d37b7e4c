"""Tracking numbers of Odoo's deliveries, with the company and the link that a store's customers get."""

import logging

from odoo import api, models

from ..entities import tracking
from ..entities.fulfillment import Tracking

_logger = logging.getLogger(__name__)

# Of an app that may not be there (Delivery Costs).
CARRIER_FIELD = 'carrier_id'


class ShopifySyncDeliveryTracking(models.AbstractModel):
    _name = 'shopify.sync.delivery.tracking'
    _description = "Shopify Tracking"

    @api.model
    def _get_tracking(self, delivery, packages, companies):
        """``{package id or None: (Tracking, …)}`` of a row of `shopify.delivery`. Under None stand the
        numbers of the delivery itself, as far as no package has them.

        :param packages: ids of packages that have numbers of their own.
        :param companies: what `_get_carriers` answers.
        """
        picking = delivery.picking_id
        boxes = self.env['stock.package'].sudo().browse(packages)
        last = boxes._shopify_left_with() if boxes else {}
        numbers = {
            box.id: tracking.split_numbers(box.shopify_tracking_ref) if last.get(box, picking) == picking else ()
            for box in boxes
        }
        boxed = {number for rows in numbers.values() for number in rows}
        numbers[None] = [number for number in picking._shopify_numbers() if number not in boxed] if picking else []
        every = [number for rows in numbers.values() for number in rows]
        if not every:
            return self._get_link_alone(picking, companies.get(delivery.id))
        company, links = self._company(picking, companies.get(delivery.id), every)
        return {
            box: tuple(Tracking(company or None, number, links.get(number) or None) for number in rows)
            for box, rows in numbers.items()
        }

    def _get_link_alone(self, picking, mapping):
        """A link that somebody has typed says where the parcel is without any number; that of a carrier does not."""
        url = tracking.link_without_number(picking.shopify_tracking_url)
        return {None: (Tracking(mapping and mapping._get_company() or None, None, url),)} if url else {}

    @api.model
    def _get_carriers(self, deliveries):
        """``{delivery id: shopify.carrier.mapping}`` of those whose carrier is known; what is missing is learnt."""
        found = {}
        for backend, rows in deliveries.grouped('backend_id').items():
            pairs = {row.id: self._carrier(row.picking_id) for row in rows}
            wanted = {pair for pair in pairs.values() if pair}
            mappings = self.env['shopify.carrier.mapping'].sudo()._resolve(backend, wanted) if wanted else {}
            found |= {id_: mappings[pair] for id_, pair in pairs.items() if pair}
        return found

    def _carrier(self, picking):
        """``(key, name)`` of a delivery's carrier, or None."""
        carrier = picking[CARRIER_FIELD] if CARRIER_FIELD in picking._fields else None
        typed = (picking.shopify_tracking_company or '').strip()
        if carrier:
            return str(carrier.id), carrier.name
        return ('', typed) if typed else None

    def _company(self, picking, mapping, numbers):
        """``(company, {number: url})``."""
        template = picking.shopify_tracking_url or (mapping and mapping.url)
        company = mapping._get_company() if mapping else ''
        if template:
            return company, {number: tracking.link(template, number) for number in numbers}
        if not mapping or not mapping.carrier_key or company in tracking.COMPANIES:
            return company, {}
        return company, self._carrier_links(picking[CARRIER_FIELD], picking, numbers)

    def _carrier_links(self, carrier, picking, numbers):
        """Odoo's own links. A carrier's app may ask its service for them; without an answer the parcel has none."""
        if carrier.tracking_url:
            return {number: tracking.link(carrier.tracking_url, number) for number in numbers}
        try:
            with self.env.cr.savepoint():
                return tracking.links_given(picking.carrier_tracking_url, numbers)
        except Exception:
            _logger.warning("No tracking link of %s.", picking.name, exc_info=True)
            return {}
