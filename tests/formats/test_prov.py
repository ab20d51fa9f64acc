"""Provenance: read and drawn by Python's prov, and as PROV-O by rdflib and pyld."""
import json

import prov.dot
import prov.model
import rdflib
from pyld import jsonld

PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")


def test_prov_reads_and_draws_it(flood, siege):
    for sayso in (flood, siege):
        document = prov.model.ProvDocument.deserialize(content=sayso.export("prov"), format="json")
        kinds = {type(record).__name__ for record in document.get_records()}
        assert {"ProvEntity", "ProvAgent", "ProvActivity", "ProvDerivation", "ProvAttribution", "ProvAssociation"} <= kinds
        assert "digraph" in prov.dot.prov_to_dot(document).to_string()
        known = {r.identifier for r in document.get_records() if r.is_element()}
        for record in document.get_records(prov.model.ProvRelation):
            for _, name in record.formal_attributes:
                if isinstance(name, prov.model.QualifiedName):
                    assert name in known, f"{name} is named and not described"


def test_reports_with_one_text_are_not_one(copies):
    document = prov.model.ProvDocument.deserialize(content=copies.export("prov"), format="json")
    [kind] = {t for r in document.get_records(prov.model.ProvEntity) for t in r.get_asserted_types() if t.localpart == "Report"}
    reports = [r for r in document.get_records(prov.model.ProvEntity) if kind in r.get_asserted_types()]
    assert len(reports) == 4
    hashes = {v for r in reports for n, v in r.attributes if n.localpart == "textHash"}
    assert len(hashes) == 1, "the text is still known by its hash"
    agents = {r.identifier: r.label for r in document.get_records(prov.model.ProvAgent)}
    outlets = {}
    for attribution in document.get_records(prov.model.ProvAttribution):
        entity, agent = (v for _, v in attribution.formal_attributes)
        outlets.setdefault(entity, []).append(agents[agent])
    assert sorted(name for r in reports for name in outlets[r.identifier]) == [
        "alpha.example", "beta.example", "delta.example", "gamma.example"]


def test_statements_are_quoted_from_reports_and_attributed(flood):
    document = prov.model.ProvDocument.deserialize(content=flood.export("prov"), format="json")
    labels = {r.identifier: r.label for r in document.get_records() if r.is_element()}
    attributed = {(labels[e], labels[a]) for e, a in
                  (dict(r.formal_attributes).values() for r in document.get_records(prov.model.ProvAttribution))}
    assert any(words.startswith("At least 40 people") and who == "Civil Defence Agency" for words, who in attributed)
    types = [t.localpart for r in document.get_records(prov.model.ProvDerivation) for t in r.get_asserted_types()]
    assert "Quotation" in types
    assert "PrimarySource" in types, "the Northern Post has it from the Valley News"


def test_prov_o_is_the_same_as_a_graph(flood):
    written = flood.export("prov-o")
    graph = rdflib.Graph().parse(data=written, format="json-ld")
    plain = json.loads(flood.export("prov"))
    assert len(set(graph.subjects(rdflib.RDF.type, PROV.Entity))) == len(plain["entity"])
    assert len(set(graph.subjects(rdflib.RDF.type, PROV.Activity))) == len(plain["activity"])
    derived = sum(len(list(graph.subject_objects(p))) for p in (PROV.wasQuotedFrom, PROV.hadPrimarySource, PROV.wasRevisionOf))
    assert derived == len({(d["prov:generatedEntity"], d["prov:usedEntity"], d["prov:type"]["$"])
                           for d in plain["wasDerivedFrom"].values()})
    assert jsonld.expand(json.loads(written))


def test_decisions_and_revisions_are_in_it(fresh, tmp_path):
    fresh.run("decide", "accept", "1:f0", "--by", "Ida Holm", "--note", "as it says")
    report = tmp_path / "again.txt"
    report.write_text("title: Flood toll in Orla valley reaches 40\npublisher: northern-post.example\n"
                      "published: 2025-06-12\nurl: https://northern-post.example/world/orla\n\n"
                      "Forty-one people have died in the floods in the Orla valley, the Valley News reported, citing the "
                      "Civil Defence Agency.\n", encoding="utf-8")
    fresh.run("add", str(report))
    document = prov.model.ProvDocument.deserialize(content=fresh.export("prov"), format="json")
    assert "Ida Holm" in {r.label for r in document.get_records(prov.model.ProvAgent)}
    types = [t.localpart for r in document.get_records(prov.model.ProvDerivation) for t in r.get_asserted_types()]
    assert types.count("Revision") == 1
