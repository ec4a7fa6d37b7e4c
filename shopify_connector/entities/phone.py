"""Phone numbers: when two spellings are one number. E.164 is ``+``, the country's code and the number, digits only."""

from __future__ import annotations

import re

from .address import phone_digits

# So many digits at the end are the same in all spellings: with and without the country's code, with and without a zero.
TAIL = 7
_EXTENSION = re.compile(r'(?:ext\.?|x|#)\s*\d+\s*$', re.IGNORECASE)
_MOST_DIGITS = 15
# Numbers of these countries keep their zero behind the country's code.
_KEEP_ZERO = frozenset(('39', '378', '379'))


def tail(number: str | None) -> str:
    """What all spellings of a number end with; '' for what is too short to tell one from another."""
    digits = phone_digits(_EXTENSION.sub('', number or ''))
    return digits[-TAIL:] if len(digits) >= TAIL else ''


def e164(number: str | None, country_code: int | str | None = None) -> str:
    """``+15185550100`` of any usual spelling; '' when it cannot be told.

    :param country_code: the calling code, such as 1 or 49, of the country that a number without one belongs to.
    """
    text = _EXTENSION.sub('', (number or '').strip())
    digits, code = phone_digits(text), str(country_code or '')
    if text.startswith('+'):
        found = digits
    elif text.startswith('00'):
        found = digits[2:]
    elif not code:
        return ''
    elif code == '1':
        found = digits if len(digits) == 11 and digits.startswith('1') else f'1{digits}'
    else:
        found = code + (digits if code in _KEEP_ZERO else digits.removeprefix('0'))
    # A zero in brackets is for calls from within the country only: +44 (0)20 …
    if text.startswith(('+', '00')) and '(0)' in text:
        found = phone_digits(text.replace('(0)', '')).removeprefix('00')
    return f'+{found}' if TAIL <= len(found) <= _MOST_DIGITS else ''


def is_same(one: str | None, other: str | None, one_code=None, other_code=None) -> bool:
    """Whether two spellings are one number: the same digits, or the same E.164."""
    if not tail(one) or tail(one) != tail(other):
        return False
    if phone_digits(one) == phone_digits(other):
        return True
    first, second = e164(one, one_code or other_code), e164(other, other_code or one_code)
    return bool(first) and first == second
