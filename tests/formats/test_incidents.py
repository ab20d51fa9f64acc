"""Candidates of events in the columns of UCDP, ACLED and Iraq Body Count."""
import io
import json

import duckdb
import frictionless
import pandas

GED = ("id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name dyad_dset_id "
       "dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b number_of_sources "
       "source_article source_office source_date source_headline source_original where_prec where_coordinates "
       "where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity "
       "date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa gwnob").split()
ACLED = ("event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 "
         "actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location latitude "
         "longitude geo_precision source source_scale notes fatalities tags timestamp").split()
IBC = ["IBC code", "Start Date", "End Date", "Time", "Location", "Target", "Weapons", "Reported Minimum", "Reported Maximum",
       "Sources"]
WHOLE = ["number_of_sources", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "year",
         "where_prec", "event_clarity", "date_prec"]


def frame(sayso, form, *args):
    return pandas.read_csv(io.StringIO(sayso.export(form, *args)))


def test_ucdp_has_the_columns_of_ged_in_its_order_and_types(flood, siege):
    for sayso in (flood, siege):
        events = frame(sayso, "ucdp")
        assert list(events.columns) == GED
        assert events["id"].is_unique and events["relid"].is_unique
        for column in WHOLE:
            numbers = pandas.to_numeric(events[column]).dropna()
            assert (numbers == numbers.round()).all(), column
        known = events.dropna(subset=["low", "best"])
        assert (known["low"] <= known["best"]).all()
        known = events.dropna(subset=["high", "best"])
        assert (known["best"] <= known["high"]).all()


def test_ucdp_counts_origins_not_reports(flood):
    [event] = frame(flood, "ucdp").to_dict("records")
    assert (event["low"], event["best"], event["high"]) == (57, 57, 90)
    assert event["number_of_sources"] == 2, "the agency, however many report it, and the opposition leader"
    assert event["deaths_unknown"] == 57
    assert event["source_office"].count(";") == event["source_date"].count(";") == event["source_original"].count(";")
    assert "Civil Defence Agency" in event["source_original"] and "Mara Sandt" in event["source_original"]


def test_what_no_report_states_is_empty(flood):
    [event] = frame(flood, "ucdp").to_dict("records")
    for column in ["latitude", "longitude", "geom_wkt", "conflict_name", "side_a",
                   "type_of_violence", "deaths_a", "deaths_b", "deaths_civilians", "country", "where_prec"]:
        assert pandas.isna(event[column]), column


DEATHS = ["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"]


def test_deaths_by_side_add_up_to_best(flood, siege, clash, copies):
    for sayso, sides in [(flood, []), (siege, []), (siege, ["--side-a", "soldiers", "--side-b", "fighters"]), (copies, []),
                         (clash, []), (clash, ["--side-a", "Karsovia"]), (clash, ["--side-a", "Velia", "--side-b", "Karsovia"])]:
        events = frame(sayso, "ucdp", *sides)
        assert len(events)
        for event in events.to_dict("records"):
            if pandas.notna(event["best"]) and any(pandas.notna(event[c]) for c in DEATHS):
                assert sum(event[c] for c in DEATHS if pandas.notna(event[c])) == event["best"], event


def test_sides_are_said_by_a_person(siege, clash, tmp_path):
    plain = frame(siege, "ucdp").iloc[0]
    assert pandas.isna(plain["deaths_a"]) and plain["deaths_unknown"] == plain["best"] == 347
    plain = frame(clash, "ucdp").iloc[0]
    assert pandas.isna(plain["deaths_a"]) and plain["deaths_unknown"] == plain["best"], "nobody counts all: the sum of the groups"
    sided = frame(clash, "ucdp", "--side-a", "Karsovia", "--side-b", "Velia").iloc[0]
    assert (sided["side_a"], sided["side_b"]) == ("Karsovia", "Velia")
    assert sided["deaths_a"] + sided["deaths_b"] == sided["best"] and sided["deaths_unknown"] == 0
    siege.export("ucdp", "-o", str(tmp_path / "siege"), "--side-a", "soldiers", "--side-b", "fighters")
    row = pandas.read_csv(tmp_path / "siege" / "ucdp.csv").iloc[0]
    assert all(pandas.isna(row[c]) for c in DEATHS), "63 soldiers and 300 fighters are more than the 347 whom somebody counted"
    sources = pandas.read_csv(tmp_path / "siege" / "sources.csv", keep_default_na=False)
    notes = set(sources[sources["group"] == "soldiers"]["note"]) - {""}
    assert notes == {"the dead by group add up to 363, more than best (347): the deaths_ columns are empty"}


def test_a_side_that_nobody_counts_is_named(siege):
    said = siege.complaint("export", "--format", "ucdp", "--side-a", "nosuch")
    assert "no report counts the dead of 'nosuch'" in said and "fighters" in said and "soldiers" in said
    assert not siege.complaint("export", "--format", "ucdp", "--side-a", "Soldiers")
    siege.run("export", "--format", "ucdp", "--side-a", "soldiers", "--side-b", "Soldiers", code=2)


def test_counts_of_groups_are_not_sources_of_the_total(told):
    sayso = told(
        ("Forty people were killed when a slope came down on the village of Aste, the interior ministry said.\n", {}),
        ("Two nurses were killed when a slope came down on the village of Aste, Mari Tamm, a doctor, said.\n", {}),
        ("Forty people were killed in the landslide in Aste, the interior ministry said. Two Australians are among the dead, the "
         "foreign ministry in Canberra said.\n", {}))
    [event] = frame(sayso, "ucdp").to_dict("records")
    assert (event["best"], event["number_of_sources"]) == (40, 1)
    assert "Tamm" not in event["source_original"] and pandas.isna(event["country"]) and pandas.isna(event["where_prec"])
    [incident] = frame(sayso, "ibc").to_dict("records")
    assert (incident["Status"], incident["Independent Origins"]) == ("provisional", 1)
    assert pandas.isna(frame(sayso, "acled").iloc[0]["country"])


def test_the_day_of_a_count_is_not_that_of_the_event(told):
    rose = told(
        ("At least 12 people drowned when a ferry capsized off Aste, the coast guard said.\n", {"published": "2025-06-09"}),
        ("The death toll of the ferry that capsized off Aste rose to 31 on Wednesday, the coast guard said.\n", {}),
        ("Forty people drowned when the ferry capsized off Aste, the coast guard said.\n", {"published": "2025-06-14"}))
    [event] = frame(rose, "ucdp").to_dict("records")
    assert event["best"] == 40 and pandas.isna(event["date_start"])


def test_a_country_has_its_name_and_number(told):
    sayso = told(("Nine people were killed by an explosion in Tallinn on Wednesday, police said.\n", {}))
    [event] = frame(sayso, "ucdp").to_dict("records")
    assert (event["country"], event["where_coordinates"], event["where_prec"]) == ("Estonia", "Tallinn", 1)
    [event] = frame(sayso, "acled").to_dict("records")
    assert (event["country"], event["iso"]) == ("Estonia", 233)


def test_coordinates_are_given_where_more_than_a_name_says_which_town_it_is(told):
    named = "Nine people were killed by an explosion in Tallinn{}, police said.\n"
    sayso = told((named.format(", Estonia, on Wednesday"), {}))
    [event] = frame(sayso, "ucdp").to_dict("records")
    assert (event["latitude"], event["longitude"], event["where_prec"]) == (59.44, 24.75, 1)
    assert event["geom_wkt"] == "POINT (24.75 59.44)"
    [event] = frame(sayso, "acled").to_dict("records")
    assert (event["latitude"], event["longitude"], event["geo_precision"]) == (59.44, 24.75, 1)


def test_a_town_that_only_its_name_identifies_and_an_area_have_no_coordinates(told):
    for place, precision in [("Tallinn", 1), ("Estonia", 6)]:
        sayso = told((f"Nine people were killed by an explosion in {place} on Wednesday, police said.\n", {}))
        [event] = frame(sayso, "ucdp").to_dict("records")
        assert event["where_prec"] == precision
        assert all(pandas.isna(event[column]) for column in ["latitude", "longitude", "geom_wkt"])
        assert pandas.isna(frame(sayso, "acled").iloc[0]["latitude"])


def test_the_day_of_the_event_is_found_where_a_count_of_it_states_one(flood):
    [event] = frame(flood, "ucdp").to_dict("records")
    assert (event["date_start"], event["date_end"], event["date_prec"]) == ("2025-06-11", "2025-06-11", 1), "on Wednesday night"
    assert frame(flood, "acled").iloc[0]["event_date"] == "2025-06-11"


def test_rows_lead_to_the_words(flood, tmp_path):
    texts = {h: r["report"]["text"] for h, r in flood.readings().items()}
    for form, table, key in [("ucdp", "ucdp", "relid"), ("acled", "acled", "event_id_cnty"), ("ibc", "incidents", "IBC code")]:
        folder = tmp_path / form
        flood.export(form, "-o", str(folder))
        assert frictionless.validate(str(folder / "datapackage.json")).valid
        events = pandas.read_csv(folder / f"{table}.csv")
        sources = pandas.read_csv(folder / "sources.csv", keep_default_na=False)
        assert set(sources["event"]) - {""} == set(events[key])
        for row in sources.to_dict("records"):
            text = texts[row["text_hash"]]
            assert text.encode()[row["start_byte"]:row["end_byte"]].decode() == row["words"]
            assert text[row["start"]:row["end"]] == row["words"]
        counted = duckdb.sql(f"""SELECT source_original, best FROM '{folder}/sources.csv'
                                 WHERE counted AND category = 'killed' AND NOT echo ORDER BY best""").fetchall()
        assert counted == [("Civil Defence Agency", 57), ("Mara Sandt", 90)]


def test_parts_and_earlier_events_are_no_events_of_their_own(siege, tmp_path):
    siege.export("ucdp", "-o", str(tmp_path))
    events = pandas.read_csv(tmp_path / "ucdp.csv")
    sources = pandas.read_csv(tmp_path / "sources.csv", keep_default_na=False)
    assert len(events) == 1
    loose = sources[sources["event"] == ""]
    assert {"part", "at"} <= set(loose["scope"])
    assert set(sources[sources["event"] != ""]["scope"]) == {"total"}


def test_acled_has_its_columns_and_one_conservative_number(flood):
    events = frame(flood, "acled")
    assert list(events.columns) == ACLED
    [event] = events.to_dict("records")
    assert event["fatalities"] == 57
    for words in ["57 (Civil Defence Agency, in Valley News 2025-06-14", "90 (Mara Sandt, in Northern Post 2025-06-12)",
                  "Not counted: at least 40 (Civil Defence Agency"]:
        assert words in event["notes"], event["notes"]
    assert event["source"] == "Valley News; Northern Post"
    assert pandas.isna(event["event_type"]) and pandas.isna(event["actor1"])


def test_acled_counts_one_source_once(told):
    sayso = told(("Twelve people have died in the bus crash on the coast road, the road police said.\n", {}),
                 ("The road police said that twelve people had died in the bus crash on the coast road.\n", {}),
                 ("Fifteen people have died in the bus crash on the coast road, the regional hospital said.\n", {}))
    [event] = frame(sayso, "acled").to_dict("records")
    assert event["fatalities"] == 12
    assert event["notes"].count("road police") == 1, "one entry, with both outlets that carry it"
    assert "outlet-0.example" in event["notes"] and "outlet-1.example" in event["notes"]


def test_acled_takes_the_corrected_figure(told):
    sayso = told(
        ("Thirty people were killed when a ferry capsized off Aste, the coast guard said.\n", {}),
        ("Twenty people were killed when a ferry capsized off Aste, the coast guard said, correcting its earlier toll of 30.\n",
         {"publisher": "outlet-0.example", "published": "2025-06-13"}))
    [event] = frame(sayso, "acled").to_dict("records")
    assert event["fatalities"] == 20
    assert "Not counted: 30 (" in event["notes"]


def test_acled_dates_the_event_and_not_the_report(told):
    [event] = frame(told(("Nine people were killed by a storm in Aste, police said.\n", {})), "acled").to_dict("records")
    assert pandas.isna(event["event_date"]) and pandas.isna(event["time_precision"]), "the report is of 12 June, the storm of no day"


def test_acled_dates_the_event_by_what_reports_state(told):
    [event] = frame(told(("Nine people were killed in Aste on Tuesday, police said.\n", {})), "acled").to_dict("records")
    assert (event["event_date"], event["time_precision"]) == ("2025-06-10", 1)


def test_acled_has_no_number_for_an_upper_end(told):
    [event] = frame(told(("Fewer than 20 people were killed in a fire in Aste, police said.\n", {})), "acled").to_dict("records")
    assert pandas.isna(event["fatalities"])
    assert '"Fewer than 20" (' in event["notes"]


def test_an_upper_end_is_no_lower_end_anywhere(told):
    sayso = told(("Nearly 300 people have died of cholera in Aste, the health ministry said.\n", {}))
    [claim] = [c for c in json.loads(sayso.run("story", "1", "--json"))["claims"] if c["category"] == "killed"]
    assert claim["summary"]["low"] is None and claim["summary"]["high"] == 300
    assert pandas.isna(frame(sayso, "ucdp").iloc[0]["low"])


def test_acled_notes_have_the_words_of_the_report(told):
    [event] = frame(told(("Dozens of people were killed in a fire in Aste, police said.\n", {})), "acled").to_dict("records")
    assert event["fatalities"] == 12
    assert '"Dozens" (' in event["notes"] and "24" not in event["notes"]


def test_acled_lists_the_sources_of_every_group(clash):
    notes = frame(clash, "acled").iloc[0]["notes"]
    assert notes.startswith("The dead are counted by group only. Deaths reported of Karsovia: ")
    for words in ["Karsovian Defence Ministry", "Of Velia: ", "State Protection Service"]:
        assert words in notes, notes


def test_incidents_are_provisional_below_two_independent_origins(flood, hostile):
    [incident] = frame(flood, "ibc").to_dict("records")
    assert list(frame(flood, "ibc").columns)[:10] == IBC
    assert (incident["Reported Minimum"], incident["Reported Maximum"], incident["Status"]) == (57, 90, "corroborated")
    assert pandas.isna(incident["Injured Minimum"]), "nearly 300 is no lower end"
    assert incident["Injured Maximum"] == 320
    assert frame(hostile, "every-casualty")["Status"].tolist() == ["provisional"]


def test_what_people_reject_is_out(fresh):
    figures = fresh.export_lines("jsonl", "--what", "figures")
    ninety = next(f for f in figures if f["best"] == 90 and f["category"] == "killed")
    fresh.run("decide", "reject", f"{ninety['report']}:{ninety['figure']}", "--by", "ida")
    [event] = frame(fresh, "ucdp").to_dict("records")
    assert (event["low"], event["best"], event["high"], event["number_of_sources"]) == (57, 57, 57, 1)
    [incident] = frame(fresh, "ibc").to_dict("records")
    assert incident["Status"] == "provisional"
    assert "Mara Sandt" not in fresh.export("acled")
    assert frame(fresh, "ucdp", "--as", "per").iloc[0]["high"] == 90, "per has rejected nothing"
