"""Names of countries and of their provinces by code; countries that have no provinces here ignore those of an input."""
from __future__ import annotations

COUNTRIES = {
    "AT": "Austria", "AU": "Australia", "BE": "Belgium", "CA": "Canada", "CH": "Switzerland", "CZ": "Czech Republic",
    "DE": "Germany", "DK": "Denmark", "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom",
    "IE": "Ireland", "IT": "Italy", "JP": "Japan", "LU": "Luxembourg", "MX": "Mexico", "NL": "Netherlands",
    "NO": "Norway", "NZ": "New Zealand", "PL": "Poland", "PT": "Portugal", "SE": "Sweden", "SK": "Slovakia",
    "US": "United States"}
PROVINCES = {
    "US": dict(row.split("=") for row in (
        "AL=Alabama|AK=Alaska|AZ=Arizona|AR=Arkansas|CA=California|CO=Colorado|CT=Connecticut|DE=Delaware|"
        "DC=District of Columbia|FL=Florida|GA=Georgia|HI=Hawaii|ID=Idaho|IL=Illinois|IN=Indiana|IA=Iowa|KS=Kansas|"
        "KY=Kentucky|LA=Louisiana|ME=Maine|MD=Maryland|MA=Massachusetts|MI=Michigan|MN=Minnesota|MS=Mississippi|"
        "MO=Missouri|MT=Montana|NE=Nebraska|NV=Nevada|NH=New Hampshire|NJ=New Jersey|NM=New Mexico|NY=New York|"
        "NC=North Carolina|ND=North Dakota|OH=Ohio|OK=Oklahoma|OR=Oregon|PA=Pennsylvania|RI=Rhode Island|"
        "SC=South Carolina|SD=South Dakota|TN=Tennessee|TX=Texas|UT=Utah|VT=Vermont|VA=Virginia|WA=Washington|"
        "WV=West Virginia|WI=Wisconsin|WY=Wyoming").split("|")),
    "CA": dict(row.split("=") for row in (
        "AB=Alberta|BC=British Columbia|MB=Manitoba|NB=New Brunswick|NL=Newfoundland and Labrador|"
        "NT=Northwest Territories|NS=Nova Scotia|NU=Nunavut|ON=Ontario|PE=Prince Edward Island|QC=Quebec|"
        "SK=Saskatchewan|YT=Yukon").split("|")),
    "AU": {"ACT": "Australian Capital Territory", "NSW": "New South Wales", "NT": "Northern Territory",
           "QLD": "Queensland", "SA": "South Australia", "TAS": "Tasmania", "VIC": "Victoria",
           "WA": "Western Australia"},
    "JP": {"JP-13": "Tokyo", "JP-27": "Osaka"},
}
DIALLING = {"US": "1", "CA": "1", "DE": "49", "GB": "44", "FR": "33", "NL": "31", "CZ": "420", "JP": "81", "BE": "32"}


def country_code(name: str | None) -> str | None:
    """The code of a country by its code or its English name."""
    if not name:
        return None
    if name.upper() in COUNTRIES:
        return name.upper()
    return next((code for code, text in COUNTRIES.items() if text.lower() == name.lower()), None)


def province_code(country: str | None, name: str | None) -> str | None:
    known = PROVINCES.get(country, {})
    return next((code for code, text in known.items() if name and name.lower() in (code.lower(), text.lower())), None)


def e164(text: str | None, country: str) -> str | None:
    """A telephone number as ``+15035550199``; None when it cannot be one."""
    digits = "".join(letter for letter in text or "" if letter.isdigit())
    if not digits or any(letter.isalpha() for letter in text):
        return None
    if not text.strip().startswith("+"):
        code = DIALLING.get(country, "1")
        digits = code + digits.lstrip("0") if not (digits.startswith(code) and len(digits) > 10) else digits
    return f"+{digits}" if 8 <= len(digits) <= 15 else None
