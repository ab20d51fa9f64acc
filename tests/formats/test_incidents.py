"""Candidates of events in the columns of UCDP, ACLED and Iraq Body Count."""
import io

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
    for column in ["date_start", "date_end", "date_prec", "year", "latitude", "longitude", "conflict_name", "side_a",
                   "type_of_violence", "deaths_a", "deaths_b", "deaths_civilians", "country", "where_prec"]:
        assert pandas.isna(event[column]), column


def test_sides_are_said_by_a_person(siege):
    plain = frame(siege, "ucdp").iloc[0]
    assert pandas.isna(plain["deaths_a"]) and pandas.isna(plain["deaths_unknown"])
    sided = frame(siege, "ucdp", "--side-a", "soldiers", "--side-b", "fighters").iloc[0]
    assert (sided["side_a"], sided["side_b"]) == ("soldiers", "fighters")
    assert (sided["deaths_a"], sided["deaths_b"]) == (63, 300)


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
    assert pandas.isna(event["event_date"]) and pandas.isna(event["event_type"])


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
