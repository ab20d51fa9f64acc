"""FollowTheMoney: every entity is valid, and names stay mentions until a person has decided."""
from followthemoney import model


def entities(sayso):
    found = []
    for data in sayso.export_lines("ftm"):
        proxy = model.get_proxy(data)
        model.get(data["schema"]).validate(data)
        for name, values in data["properties"].items():
            assert sorted(proxy.get(name)) == sorted(values), f"{name} of {data['schema']} was not taken as it is"
        found.append(proxy)
    ids = [e.id for e in found]
    assert len(ids) == len(set(ids))
    return found


def test_entities_are_valid(flood, siege, hostile, copies):
    assert [e.schema.name for e in entities(copies)].count("Article") == 4
    for sayso in (flood, siege):
        found = entities(sayso)
        assert {e.schema.name for e in found} == {"Article", "Mention"}
        ids = {e.id for e in found}
        for mention in (e for e in found if e.schema.name == "Mention"):
            assert set(mention.get("document")) <= ids
            assert not mention.get("resolved")
    articles = [e for e in hostile.export_lines("ftm") if e["schema"] == "Article"]
    assert len(articles) == 1


def test_who_is_decided_is_an_entity(fresh):
    speaker = next(s for r in fresh.export_lines("jsonl") for s in r["speakers"] if s["name"] == "Mara Sandt")
    report = next(r["report"] for r in fresh.export_lines("jsonl", "--what", "statements") if r["speaker"] == "Mara Sandt")
    fresh.run("decide", "accept", f"{report}:{speaker['id']}", "--by", "ida")
    found = entities(fresh)
    [person] = [e for e in found if e.schema.name == "Person"]
    assert person.get("name") == ["Mara Sandt"]
    resolved = [e for e in found if e.schema.name == "Mention" and e.get("resolved")]
    assert [m.get("resolved") for m in resolved] == [[person.id]]
