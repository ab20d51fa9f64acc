//! Countries by their ISO 3166-1 codes, which the gazetteer gives for every place.

use std::{collections::BTreeMap, sync::OnceLock};

use sayso_model::{PlaceEntry, PlaceLevel};

/// A country's name and numeric code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Country {
    pub(crate) name: &'static str,
    pub(crate) number: Option<i64>,
}

fn countries() -> &'static BTreeMap<&'static str, Country> {
    static COUNTRIES: OnceLock<BTreeMap<&str, Country>> = OnceLock::new();
    COUNTRIES.get_or_init(|| {
        let lines = sayso_data::ISO_3166.lines().filter(|line| !line.starts_with('#'));
        let country = |line: &'static str| {
            let mut cells = line.split('\t');
            let (code, name) = (cells.next()?, cells.next()?);
            Some((code, Country { name, number: cells.next().and_then(|number| number.parse().ok()) }))
        };
        lines.filter_map(country).collect()
    })
}

/// The country of a place: the one that it is in, or that it is. `None` if the gazetteer gives none, as for regions.
pub(crate) fn of(place: &PlaceEntry) -> Option<Country> {
    let by_code = place.country.as_deref().and_then(|code| countries().get(code)).copied();
    by_code.or_else(|| {
        let named = countries().values().find(|country| country.name == place.name).copied();
        named.filter(|_| place.level == PlaceLevel::Country)
    })
}

#[cfg(test)]
mod tests {
    use sayso_model::{PlaceEntry, PlaceLevel};

    use super::{Country, countries, of};

    #[test]
    fn a_town_has_its_countrys_name_and_number() {
        let place = |level, name: &str, country: Option<&str>| PlaceEntry {
            geonames: None,
            name: name.to_owned(),
            level,
            country: country.map(str::to_owned),
            admin: None,
            population: None,
        };
        let estonia = Some(Country { name: "Estonia", number: Some(233) });
        assert_eq!(of(&place(PlaceLevel::City, "Tallinn", Some("EE"))), estonia);
        assert_eq!(of(&place(PlaceLevel::Country, "Estonia", Some("EE"))), estonia);
        assert_eq!(of(&place(PlaceLevel::Country, "Estonia", None)), estonia);
        assert_eq!(of(&place(PlaceLevel::Region, "Europe", None)), None);
        assert_eq!(of(&place(PlaceLevel::City, "Pristina", Some("XK"))).map(|c| c.number), Some(None));
    }

    #[test]
    fn every_country_of_the_gazetteer_is_known() {
        let lines = sayso_data::GAZETTEER.lines().filter(|line| !line.starts_with('#'));
        let codes = lines.filter_map(|line| line.split('\t').nth(4)).filter(|code| !code.is_empty());
        let unknown: std::collections::BTreeSet<&str> =
            codes.filter(|code| !countries().contains_key(code)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
