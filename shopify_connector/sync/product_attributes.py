"""Shopify's options as attributes: those that Odoo has, whatever their case, else new ones."""

from collections import defaultdict

from ..entities import product as mapping


def key(name):
    """Names that differ in case or in blanks are alike."""
    return ' '.join((name or '').split()).casefold()


class Attributes:
    """Attributes and values for many products, found in one go. A new attribute makes variants one by one, so that only
    those that the shop has come to be; one that makes all of them is taken where the shop has all of them."""

    def __init__(self, env, lang):
        """``lang``: the language that the shop is written in."""
        self.env = env(context={**env.context, 'lang': lang})
        self._attributes = None
        self._values = {}

    def refs(self, payloads):
        """``{product gid: (attributes, values)}`` as ``entities.product.Refs`` wants them."""
        chosen = {payload['id']: self._chosen(payload) for payload in payloads}
        self.load_values(
            [(chosen[payload['id']][name], values) for payload in payloads for name, values in mapping.options(payload)]
        )
        return {
            payload['id']: (
                {name: attribute.id for name, attribute in chosen[payload['id']].items()},
                {
                    (name, value): id_
                    for name, values in mapping.options(payload)
                    for value, id_ in self.value_ids(chosen[payload['id']][name], values).items()
                },
            )
            for payload in payloads
        }

    # === ATTRIBUTES === #

    def _chosen(self, payload):
        """``{option name: attribute}``; two options that are alike get an attribute each."""
        found, taken = {}, self.env['product.attribute']
        for name, _values in mapping.options(payload):
            found[name] = self._attribute(name, mapping.has_all_combinations(payload), taken)
            taken |= found[name]
        return found

    def _attribute(self, name, is_full, taken):
        known = self._known()[key(name)]
        for attribute in known:
            if attribute not in taken and (is_full or attribute.create_variant == 'dynamic'):
                return attribute
        created = self.env['product.attribute'].create({'name': name, 'create_variant': 'dynamic'})
        known.insert(0, created)
        self._values[created] = ({}, {})
        return created

    def _known(self):
        """``{key: attributes}``, those first that make variants one by one."""
        if self._attributes is None:
            self._attributes = defaultdict(list)
            found = self.env['product.attribute'].search_fetch(
                [('create_variant', 'in', ('dynamic', 'always'))], ['name', 'create_variant'], order='id'
            )
            for attribute in found.sorted(lambda attribute: attribute.create_variant != 'dynamic'):
                self._attributes[key(attribute.name)].append(attribute)
        return self._attributes

    # === VALUES === #

    def load_values(self, wanted):
        """Have the values of ``[(attribute, names that one product has)]``, those that are missing made."""
        fresh = self.env['product.attribute'].union(
            *(attribute for attribute, _names in wanted if attribute not in self._values)
        )
        for attribute in fresh:
            self._values[attribute] = ({}, {})
        if fresh:
            rows = self.env['product.attribute.value'].search_fetch(
                [('attribute_id', 'in', fresh.ids)], ['name', 'attribute_id'], order='id'
            )
            for value in rows:
                self._note(value.attribute_id, value.name, value.id)
        missing = {}
        for attribute, names in wanted:
            for mark, name in self._missing(attribute, names):
                missing.setdefault((attribute, mark), (attribute, name))
        self._make(list(missing.values()))

    def value_ids(self, attribute, names):
        """``{name: value id}`` of names that one product has; alike ones of a product are told apart by their spelling."""
        exact, alike = self._values[attribute]
        clashing = self._clashing(names)
        return {name: exact.get(name) if name in clashing else exact.get(name) or alike[key(name)] for name in names}

    def _missing(self, attribute, names):
        """``(mark, name)`` of those that the attribute has not: one mark for names that may share a value."""
        exact, alike = self._values[attribute]
        clashing = self._clashing(names)
        for name in names:
            if name not in exact and (name in clashing or key(name) not in alike):
                yield ((name,) if name in clashing else key(name)), name

    @staticmethod
    def _clashing(names):
        """Those of which several are alike."""
        groups = defaultdict(set)
        for name in names:
            groups[key(name)].add(name)
        return {name for group in groups.values() if len(group) > 1 for name in group}

    def _make(self, pairs):
        if not pairs:
            return
        rows = self.env['product.attribute.value'].create(
            [{'name': name, 'attribute_id': attribute.id} for attribute, name in pairs]
        )
        for (attribute, name), row in zip(pairs, rows, strict=True):
            self._note(attribute, name, row.id)

    def _note(self, attribute, name, id_):
        exact, alike = self._values[attribute]
        exact.setdefault(name, id_)
        alike.setdefault(key(name), id_)
