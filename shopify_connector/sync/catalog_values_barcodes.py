"""Which of the barcodes that a batch of variants is to get Odoo takes: each once, whatever company has it."""


class Barcodes:
    """``wanted``: ``[(product, barcode), …]``. A barcode is free also when whoever has it gets another one with the same
    batch, as when two variants change places."""

    def __init__(self, env, backend, wanted):
        self.env, self.companies = env, backend.company_id.parent_ids
        self.accepted = dict.fromkeys(wanted)
        self.owners = self._find({code for _product, code in wanted})
        self._taken = {}
        while refused := self._refused():
            self._taken.update(refused)
            self.accepted = {pair: None for pair in self.accepted if pair not in refused}

    def _find(self, codes):
        """``{barcode: who has it}``: products and packagings of all companies."""
        found = {}
        for model in ('product.product', 'product.uom') if codes else ():
            for row in self.env[model].search([('barcode', 'in', list(codes))]):
                found.setdefault(row.barcode, []).append(row)
        return found

    def _refused(self):
        """``{(product, barcode): who has it}`` of those that cannot be, given that the others are."""
        leaving = {product for product, code in self.accepted if product.barcode != code}
        refused, claims = {}, {}
        for product, code in self.accepted:
            there = [row for row in self.owners.get(code, ()) if row not in leaving] + claims.setdefault(code, [])
            owner = next((row for row in there if row != product and self._are_together(product, row)), None)
            if owner is None:
                claims[code].append(product)
            else:
                refused[product, code] = owner
        return refused

    @staticmethod
    def _are_together(product, other):
        """A product of no company shares its barcode with none."""
        companies = product.company_id, other.company_id
        return not all(companies) or companies[0] == companies[1]

    def release(self):
        """Taken from those that get another one, so that nobody has one twice for a moment."""
        for product, code in self.accepted:
            for owner in self.owners.get(code, ()):
                if owner != product and owner._name == 'product.product' and self._are_together(product, owner):
                    owner.barcode = False

    def refusal(self, product, code):
        """Why a product cannot have a barcode; nothing when it can. What another company has is not told of."""
        owner = self._taken.get((product, code))
        if not owner:
            return None
        goods = owner if owner._name == 'product.product' else owner.product_id
        if all(not company or company in self.companies for company in (owner.company_id, goods.company_id)):
            return self.env._(
                "The barcode %(barcode)s belongs to %(product)s already.", barcode=code, product=owner.display_name
            )
        return self.env._("The barcode %(barcode)s belongs to a product of another company already.", barcode=code)
