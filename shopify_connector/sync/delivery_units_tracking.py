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
    def _get_tracking(self, delivery, packages):
        """``{package id or None: (Tracking, …)}`` of a row of `shopify.delivery`. Under None stand the
        numbers of the delivery itself, as far as no package has them.

        :param packages: ids of packages that have numbers of their own.
        """
        picking = delivery.picking_id
        numbers = {
            package.id: tracking.split_numbers(package.shopify_tracking_ref)
            for package in self.env['stock.package'].sudo().browse(packages)
        }
        boxed = {number for rows in numbers.values() for number in rows}
        numbers[None] = [number for number in picking._shopify_numbers() if number not in boxed] if picking else []
        every = [number for rows in numbers.values() for number in rows]
        if not every:
            return {}
        company, links = self._company(delivery.backend_id, picking, every)
        return {
            box: tuple(Tracking(company or None, number, links.get(number) or None) for number in rows)
            for box, rows in numbers.items()
        }

    def _company(self, backend, picking, numbers):
        """``(company, {number: url})`` of a delivery's carrier."""
        carrier = picking[CARRIER_FIELD] if CARRIER_FIELD in picking._fields else None
        typed = (picking.shopify_tracking_company or '').strip()
        template = picking.shopify_tracking_url
        if not carrier and not typed:
            return '', {number: tracking.link(template, number) for number in numbers if template}
        pair = (str(carrier.id), carrier.name) if carrier else ('', typed)
        mapping = self.env['shopify.carrier.mapping'].sudo()._resolve(backend, {pair})[pair]
        company = mapping._get_company()
        template = template or mapping.url
        if template:
            return company, {number: tracking.link(template, number) for number in numbers}
        if company in tracking.COMPANIES or not carrier:
            return company, {}
        return company, self._carrier_links(carrier, picking, numbers)

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
