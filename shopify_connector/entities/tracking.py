"""Tracking numbers and the companies that Shopify knows. Pure: no Odoo, no HTTP."""

import json
import re

# Shopify builds the links of these by itself, if they are written exactly so.
COMPANIES = (
    '4PX', 'ACS Courier', 'AGS', 'Alliance Air Freight', 'Allied Express', 'Amazon Logistics UK', 'Amazon Logistics US',
    'An Post', 'Anjun Logistics', 'APC', 'Aramex Australia', 'Aras Kargo', 'Asendia USA', 'Australia Post', 'Bluedart',
    'Bonds', 'Bonshaw', 'BoxKnight', 'BPost', 'BPost International', 'Bring', 'BRT', 'Canada Post', 'Canpar', 'CDL Last Mile',
    'China Post', 'Chronopost', 'Chukou1', 'Colis Privé', 'Colissimo', 'Comingle', 'Coordinadora', 'Correios', 'Correos',
    'Couriers Please', 'CTT', 'CTT Express', 'Cyprus Post', 'Delhivery', 'Delnext', 'Deutsche Post', 'Deutsche Post (DE)',
    'Deutsche Post (EN)', 'DHL', 'DHL eCommerce', 'DHL eCommerce Asia', 'DHL Express', 'DHL Parcel', 'Direct Couriers', 'DPD',
    'DPD Ireland', 'DPD Local', 'DPD UK', 'DTD Express', 'DTDC', 'DX', 'Eagle', 'Ecom Express', 'Ekart', 'Estes', 'Evri',
    'Fastway', 'FedEx', 'First Global Logistics', 'First Line', 'FSC', 'Fulfilla', 'Gati KWE', 'GLS', 'GLS Italy',
    'GO Logistics', 'Guangdong Weisuyi Information Technology (WSE)', 'Heppner Internationale Spedition GmbH & Co.', 'Hermes',
    'Hunter Express', 'Iceland Post', 'IDEX', 'India Post', 'Inpost', 'Intelcom', 'Israel Post', 'Japan Post (EN)',
    'Japan Post (JA)', 'La Poste', 'Lasership', 'Latvia Post', 'Lietuvos Paštas', 'Logisters', 'Lone Star Overnight', 'Loomis',
    'LSO', 'M3 Logistics', 'Meteor Space', 'Mondial Relay', 'New Zealand Post', 'NinjaVan',
    'North Russia Supply Chain (Shenzhen) Co.', 'Northline', 'Old Dominion', 'OnTrac', 'Packeta', 'Pago Logistics',
    'Parcelforce', 'Pilot Freight', 'Ping An Da Tengfei Express', 'Pitney Bowes', 'Portal PostNord', 'Poste Italiane', 'PostNL',
    'PostNord DK', 'PostNord NO', 'PostNord SE', 'Professional Couriers', 'PTT', 'Purolator', 'Qxpress', 'Qyun Express',
    'R+L Carriers', 'Royal Mail', 'Royal Shipments', 'Sagawa (EN)', 'Sagawa (JA)', 'Sendle', 'SEUR', 'SF Express',
    'SFC Fulfillment', 'Shadowfax', 'SHREE NANDAN COURIER', 'Singapore Post', 'Skynet', 'Southwest Air Cargo', 'Speedy',
    'StarTrack', 'Step Forward Freight', 'Swiship', 'Swiss Post', 'Sürat Kargo', 'TForce Final Mile', 'Tinghao', 'TNT',
    'TNT Australia', 'Toll IPEC', 'Tuffnells', 'United Delivery Service', 'UPS', 'USPS', 'Venipak', 'WanbExpress', 'We Post',
    'Whistl', 'Wizmo', 'WMYC', 'Xpedigo', 'XPO Logistics', 'XpressBees', 'Yamato (EN)', 'Yamato (JA)', 'YiFan Express', 'Yodel',
    'YunExpress', 'Yurtiçi Kargo', 'Zásilkovna', 'Österreichische Post', 'エコ配', '日本通運', '西濃運輸', '福山通運', '名鉄運輸',
    '第一貨物', '西濃スーパーエキスプレス',
)  # fmt: skip
# Other names for the same; read without blanks, signs and case.
ALIASES = {
    'deutschepostdhl': 'DHL', 'dhlgermany': 'DHL', 'dhlpaket': 'DHL', 'federalexpress': 'FedEx', 'hermesuk': 'Evri',
    'myhermes': 'Evri', 'nzpost': 'New Zealand Post', 'postat': 'Österreichische Post', 'schweizerischepost': 'Swiss Post',
    'unitedparcelservice': 'UPS', 'unitedstatespostalservice': 'USPS', 'uspostalservice': 'USPS',
}  # fmt: skip
# Words that a delivery method's name may hold without meaning the company.
_ORDINARY_WORDS = {'Bonds', 'Bring', 'Eagle', 'Fastway', 'First Line', 'Northline', 'Speedy', 'We Post'}
NUMBER = '<shipmenttrackingnumber>'
# Shorter pieces are parts of one number that is printed in groups.
_SHORTEST_NUMBER = 8
_WORD = r'\w+'


def _plain(name):
    return re.sub(r'[\W_]+', '', (name or '').casefold())


def _words(name):
    return f' {" ".join(re.findall(_WORD, name.casefold()))} '


_BY_PLAIN_NAME = {_plain(name): name for name in COMPANIES} | {_plain(name): known for name, known in ALIASES.items()}
_LONGEST_FIRST = sorted({*COMPANIES} - _ORDINARY_WORDS, key=lambda name: (-len(name), name))


def split_numbers(text):
    """The tracking numbers in a text, each once, in their order. Commas, semicolons and lines part them; blanks only where
    every piece is long enough to be a number of its own ("RM 1234 5678 9GB" is one)."""
    pieces = [piece.strip() for piece in re.split(r'[,;|\r\n\t]+', text or '')]
    numbers = []
    for piece in pieces:
        words = piece.split()
        apart = len(words) > 1 and all(len(word) >= _SHORTEST_NUMBER for word in words)
        numbers += words if apart else [' '.join(words)]
    return list(dict.fromkeys(number for number in numbers if number))


def known_company(name):
    """The company that Shopify knows by this name, written as Shopify writes it; '' if it knows none.

    A delivery method is often called after its company ("UPS Ground"): the longest name that it contains as words counts.
    """
    plain = _plain(name)
    if not plain:
        return ''
    if plain in _BY_PLAIN_NAME:
        return _BY_PLAIN_NAME[plain]
    words = _words(name)
    return next((company for company in _LONGEST_FIRST if _words(company) in words), '')


def link(template, number):
    """The address that shows where a parcel is; '' without a template. {number} and Odoo's own mark stand for the number;
    a template without either is taken as it is."""
    return (template or '').strip().replace(NUMBER, number).replace('{number}', number)


def link_without_number(template):
    """The address of a template that needs no number; '' for one that does."""
    text = (template or '').strip()
    return '' if NUMBER in text or '{number}' in text else text


def links_given(text, numbers):
    """``{number: url}`` of what a carrier's app answers: an address, or the JSON of ``[[number, address], …]``. One address
    for several numbers belongs to none of them alone."""
    try:
        rows = json.loads(text or '')
    except ValueError:
        rows = None
    if isinstance(rows, list):
        pairs = [row for row in rows if isinstance(row, list) and len(row) == 2]
        return {str(name).strip(): str(url) for name, url in pairs if str(url).startswith('http')}
    if len(numbers) == 1 and (text or '').startswith('http'):
        return {numbers[0]: text}
    return {}
