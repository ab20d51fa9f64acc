//! Where places are, and whether a story shows which place a name means. The map and the exports ask here.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use sayso_model::{Place, PlaceEntry, PlaceLevel, Reading};

/// Cities of at least this size are taken to be meant by their names; a smaller one may share its name with a village
/// that the gazetteer lacks.
const WELL_KNOWN: u64 = 500_000;

/// Latitude and longitude of cities, by their GeoNames ids, in hundredths of a degree.
static COORDINATES: LazyLock<BTreeMap<u32, (i32, i32)>> = LazyLock::new(|| {
    let lines = sayso_data::CITY_COORDINATES.lines().filter(|line| !line.starts_with('#'));
    let city = |line: &str| {
        let mut columns = line.split('\t');
        let id = columns.next()?.parse().ok()?;
        Some((id, (columns.next()?.parse().ok()?, columns.next()?.parse().ok()?)))
    };
    lines.filter_map(city).collect()
});

/// Latitude and longitude of the centre of a city, in degrees, to a hundredth; `None` for areas, and for cities whose
/// coordinates are not known.
#[must_use]
pub fn coordinates(entry: &PlaceEntry) -> Option<(f64, f64)> {
    let (latitude, longitude) = COORDINATES.get(&entry.geonames?)?;
    Some((f64::from(*latitude) / 100.0, f64::from(*longitude) / 100.0))
}

/// What the places of a story say about each other: the countries that it names, and for each country the places there.
#[derive(Debug, Default)]
pub struct Places<'l> {
    countries: BTreeSet<&'l str>,
    places: BTreeMap<&'l str, BTreeSet<&'l str>>,
}

impl<'l> Places<'l> {
    /// The places of a story's readings.
    #[must_use]
    pub fn of(readings: impl Iterator<Item = &'l Reading>) -> Self {
        let mut all = Self::default();
        for entry in readings.flat_map(|reading| &reading.places).filter_map(resolved) {
            let Some(country) = entry.country.as_deref() else { continue };
            if entry.level == PlaceLevel::Country {
                all.countries.insert(country);
            } else {
                all.places.entry(country).or_default().insert(entry.name.as_str());
            }
        }
        all
    }

    /// True if something besides its name says that a place is the one in the gazetteer: the story names its country or
    /// another place there, or it is a city that everybody knows.
    #[must_use]
    pub fn agree(&self, entry: &PlaceEntry) -> bool {
        let country = entry.country.as_deref().unwrap_or("");
        self.countries.contains(country)
            || self.places.get(country).is_some_and(|there| there.len() > 1)
            || entry.population.is_some_and(|people| people >= WELL_KNOWN)
    }
}

fn resolved(place: &Place) -> Option<&PlaceEntry> {
    place.resolved.as_ref()
}

#[cfg(test)]
mod tests {
    use sayso_model::{PlaceEntry, PlaceLevel};

    use super::{COORDINATES, coordinates};

    #[test]
    fn cities_lie_where_they_are_and_areas_nowhere() {
        let mut place = PlaceEntry {
            geonames: Some(538_560),
            name: "Kursk".to_owned(),
            level: PlaceLevel::City,
            country: Some("RU".to_owned()),
            admin: None,
            population: None,
        };
        assert_eq!(coordinates(&place), Some((51.73, 36.18)));
        place.geonames = Some(2_017_370);
        assert_eq!(coordinates(&place), None, "Russia");
        let rows = sayso_data::CITY_COORDINATES.lines().filter(|line| !line.starts_with('#')).count();
        assert!(rows > 20_000 && COORDINATES.len() == rows, "every row is read");
    }
}
