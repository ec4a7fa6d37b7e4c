"""How many whole units of an order line each delivery stands for. Pure: no Odoo, no HTTP."""

from dataclasses import dataclass, field

# Quantities are floats; what lies this near to a whole number is one.
_NEARLY = 1e-6


@dataclass(frozen=True)
class Leg:
    """Goods of one line that a delivery took to the customer or, ``amounts`` below zero, back.

    ``key``: the delivery; ``box``: the package in it, or None; ``amounts``: ``{component: amount}``.
    """

    key: object
    amounts: dict = field(hash=False)
    box: object = None

    @property
    def is_back(self):
        return any(amount < 0 for amount in self.amounts.values())


class _Line:
    """The units of one line while its legs are gone through in the order of time."""

    def __init__(self, needs):
        self.needs = {name: need for name, need in needs.items() if need > 0}
        self.net = dict.fromkeys(self.needs, 0.0)
        self.returned = dict.fromkeys(self.needs, 0.0)
        self.told = 0

    def _ratio(self, amounts):
        return min((amounts[name] / need for name, need in self.needs.items()), default=0.0)

    def _whole(self, amounts):
        return int(self._ratio(amounts) + _NEARLY)

    def add(self, leg):
        for name in self.needs:
            self.net[name] += leg.amounts.get(name, 0.0)
            self.returned[name] -= min(0.0, leg.amounts.get(name, 0.0))

    def take_out(self):
        """Units that are complete now and were not before."""
        units = max(0, self._whole(self.net) - self.told)
        self.told += units
        return units

    def take_back(self, before):
        """Whole units that have come back; all of them once nothing is with the customer any more."""
        units = self._whole(self.returned) - before
        if all(amount < _NEARLY for amount in self.net.values()):
            units = self.told
        units = min(units, self.told)
        self.told -= units
        return units

    def round_up(self, ordered):
        """One more unit if the last one is short of its goods and nothing more is to come; 0 else. Half a kit is no kit."""
        rest = self._ratio(self.net) - self.told
        if len(self.needs) > 1 or rest <= 0.5 or self.told >= ordered:
            return 0
        self.told += 1
        return 1


def units_by_leg(needs, legs, decided=None, ordered=None):
    """``{(key, box): units}`` of one order line: what each delivery, and each package in it, completes or brings back.

    :param needs: ``{component: amount in one unit}``; one component for what is no kit.
    :param legs: :class:`Leg` in the order of time, those of a delivery beside each other.
    :param decided: ``{key: units}`` that a delivery was told to stand for; others do not tell them again, even if its goods
        are fewer now.
    :param ordered: the line's units if no more goods are to come; None while some are.
    """
    line, units = _Line(needs), {}
    by_key = {}
    for leg in legs:
        by_key.setdefault(leg.key, []).append(leg)
    groups = list(by_key.items())
    last_out = max((place for place, (_, group) in enumerate(groups) if not group[0].is_back), default=-1)
    for place, (key, group) in enumerate(groups):
        before, came_back = line.told, line._whole(line.returned)
        for leg in group:
            line.add(leg)
            if leg.is_back:
                units[key, leg.box] = units.get((key, leg.box), 0)
            else:
                units[key, leg.box] = units.get((key, leg.box), 0) + line.take_out()
        if group[0].is_back:
            units[key, group[-1].box] += line.take_back(came_back)
            continue
        if place == last_out == len(groups) - 1 and ordered is not None:
            units[key, group[-1].box] += line.round_up(ordered)
        if decided and key in decided:
            line.told = max(line.told, before + decided[key])
    return units


def parcels(boxes):
    """``[({line gid: units}, (Tracking, …)), …]``: one for each box that holds a unit. The numbers of a box without any, such
    as the first half of a kit, go with the next.

    :param boxes: pairs of the same shape, in their order.
    """
    made, waiting = [], ()
    for units, numbers in boxes:
        units = {gid: count for gid, count in units.items() if count > 0}
        if units:
            made.append((units, (*waiting, *numbers)))
            waiting = ()
        else:
            waiting = (*waiting, *numbers)
    if made and waiting:
        made[-1] = (made[-1][0], (*made[-1][1], *waiting))
    return [(units, tuple(dict.fromkeys(numbers))) for units, numbers in made]
