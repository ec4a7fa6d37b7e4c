"""Make a failing example smaller: take away whatever it fails without. For examples that are too slow to shrink freely."""

import time


def smaller(example, fails, seconds=60.0):
    """The smallest JSON found within ``seconds`` for which ``fails(json)`` still holds; the example itself at worst."""
    deadline = time.monotonic() + seconds
    found = True
    while found and time.monotonic() < deadline:
        found = False
        for candidate in _candidates(example):
            if time.monotonic() > deadline:
                break
            if _holds(fails, candidate):
                example, found = candidate, True
                break
    return example


def _holds(fails, candidate):
    """A candidate that is no valid example any more does not count."""
    try:
        return fails(candidate)
    except (KeyError, IndexError, ValueError, TypeError):
        return False


def _candidates(value):
    """Versions of a value with one thing less, the bigger losses first."""
    if isinstance(value, dict):
        for key in value:
            yield {name: part for name, part in value.items() if name != key}
        for key, part in value.items():
            for less in _candidates(part):
                yield {**value, key: less}
    elif isinstance(value, list):
        if len(value) > 3:
            middle = len(value) // 2
            yield value[:middle]
            yield value[middle:]
        for index in range(len(value)):
            yield [*value[:index], *value[index + 1 :]]
        for index, part in enumerate(value):
            for less in _candidates(part):
                yield [*value[:index], less, *value[index + 1 :]]
    elif isinstance(value, int) and not isinstance(value, bool) and value > 1:
        yield 1
