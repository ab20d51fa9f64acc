"""News systems and the web: ninjs, schema.org, Web Annotation."""
import json
import os
import pathlib

import jsonschema
import msgspec_schemaorg.models as vocabulary
import pytest
import rdflib
from pyld import jsonld

# Properties of a ninjs 3.0 item that are used, by the standard that IPTC publishes; an item has no others.
TEXT = {"type": "string"}
URI = {"type": "string", "format": "uri"}


def values(**more):
    return {"type": "array", "items": {
        "type": "object", "required": ["value"], "additionalProperties": False,
        "properties": {"role": TEXT, "contentType": TEXT, "value": TEXT, **more}}}


def named(role):
    return {"type": "array", "items": {
        "type": "object", "additionalProperties": False,
        "properties": {"name": TEXT, "uri": URI, "literal": TEXT, **role}}}


NINJS = {
    "type": "object", "required": ["uri"], "additionalProperties": False,
    "properties": {
        "uri": URI,
        "standard": {"type": "object", "additionalProperties": False,
                     "properties": {"name": {"const": "ninjs"}, "version": {"const": "3.0"}, "schema": URI}},
        "type": {"enum": ["text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"]},
        "version": TEXT,
        "firstCreated": {"type": "string", "format": "date-time"},
        "language": TEXT, "by": TEXT, "located": TEXT,
        "headlines": values(), "bodies": values(charCount={"type": "integer"}, wordCount={"type": "integer"}),
        **{kind: named({"rel": TEXT}) for kind in ("people", "organisations", "places")},
        # The standard's text wants the name of a role to be an address; its schema takes any string.
        "infoSources": named({"role": URI}),
        "altIds": {"type": "array", "items": {"type": "object", "additionalProperties": False,
                                              "properties": {"role": TEXT, "value": TEXT}}},
    },
}

# The terms of the Web Annotation vocabulary that are used, as W3C's context maps them.
OA, AS = "http://www.w3.org/ns/oa#", "http://www.w3.org/ns/activitystreams#"
ANNO = {
    "oa": OA, "as": AS, "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "foaf": "http://xmlns.com/foaf/0.1/", "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": {"@id": "@id", "@type": "@id"}, "type": {"@id": "@type", "@type": "@id"},
    "Annotation": "oa:Annotation", "SpecificResource": "oa:SpecificResource", "TextualBody": "oa:TextualBody",
    "TextQuoteSelector": "oa:TextQuoteSelector", "TextPositionSelector": "oa:TextPositionSelector",
    "AnnotationCollection": "as:OrderedCollection", "AnnotationPage": "as:OrderedCollectionPage",
    "Person": "foaf:Person", "Software": "as:Application", "describing": "oa:describing",
    "body": {"@type": "@id", "@id": "oa:hasBody"}, "target": {"@type": "@id", "@id": "oa:hasTarget"},
    "source": {"@type": "@id", "@id": "oa:hasSource"}, "selector": {"@type": "@id", "@id": "oa:hasSelector"},
    "motivation": {"@type": "@vocab", "@id": "oa:motivatedBy"}, "purpose": {"@type": "@vocab", "@id": "oa:hasPurpose"},
    "exact": "oa:exact", "prefix": "oa:prefix", "suffix": "oa:suffix",
    "start": {"@type": "xsd:nonNegativeInteger", "@id": "oa:start"},
    "end": {"@type": "xsd:nonNegativeInteger", "@id": "oa:end"},
    "value": "rdf:value", "format": "dc:format", "language": "dc:language", "name": "foaf:name", "label": "rdfs:label",
    "creator": {"@type": "@id", "@id": "dcterms:creator"}, "generator": {"@type": "@id", "@id": "as:generator"},
    "items": {"@type": "@id", "@id": "as:items", "@container": "@list"},
    "first": {"@type": "@id", "@id": "as:first"}, "partOf": {"@type": "@id", "@id": "as:partOf"},
    "startIndex": {"@type": "xsd:nonNegativeInteger", "@id": "as:startIndex"},
    "total": {"@type": "xsd:nonNegativeInteger", "@id": "as:totalItems"},
}


def published(variable):
    """A file that its publisher offers for download and no package carries, where somebody has it."""
    path = os.environ.get(variable)
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8")) if path else None


def loader(url, _options=None):
    anno = (published("SAYSO_ANNO_CONTEXT") or {"@context": ANNO})["@context"]
    contexts = {"http://www.w3.org/ns/anno.jsonld": anno, "https://schema.org": {"@vocab": "https://schema.org/"}}
    return {"contextUrl": None, "documentUrl": url, "contentType": "application/ld+json",
            "document": {"@context": contexts[url]}}


def expand(document):
    return jsonld.expand(document, {"documentLoader": loader})


def test_ninjs_items_are_valid(flood, siege, hostile, tmp_path):
    from conftest import make
    report = tmp_path / "report.txt"
    report.write_text("title: Nine hurt\npublished: 2025-06-12T10:00:00+02:00\nurl: https://fluß.example/a%20b?q=[é]&p=5%\n\n"
                      "Nine people were hurt at the pier, the port's director said.\n", encoding="utf-8")
    odd = make(tmp_path, [report])
    checker = jsonschema.FormatChecker(["uri", "date-time"])
    assert {"uri", "date-time"} <= set(checker.checkers)
    for sayso in (flood, siege, hostile, odd):
        items = sayso.export_lines("ninjs")
        assert len(items) == len(sayso.export_lines("jsonl", "--what", "reports"))
        for item in items:
            for schema in filter(None, [NINJS, published("SAYSO_NINJS_SCHEMA")]):
                jsonschema.validate(item, schema, format_checker=checker)
    assert hostile.export_lines("ninjs")[0]["uri"].startswith("urn:sayso:report:"), "a script is no identifier"


def test_ninjs_names_the_sources_of_the_information(flood):
    second = next(i for i in flood.export_lines("ninjs") if "reaches 40" in i["headlines"][0]["value"])
    sources = {(s["name"], s["role"].partition("#")[2]) for s in second["infoSources"]}
    assert ("Civil Defence Agency", "origin") in sources
    assert ("Valley News", "relay") in sources
    assert second["firstCreated"] == "2025-06-12T13:05:00Z"
    assert not second["bodies"][0]["value"].startswith(second["headlines"][0]["value"])


def test_ninjs_is_read_back_as_the_same_reports(flood, tmp_path):
    names = []
    for n, item in enumerate(flood.export_lines("ninjs")):
        path = tmp_path / f"{n}.json"
        path.write_text(json.dumps(item), encoding="utf-8")
        names.append(str(path))
    from conftest import make
    again = make(tmp_path, names)
    assert set(again.readings()) == set(flood.readings()), "the texts are the same, by their hashes"


def test_reports_with_one_text_have_identifiers_of_their_own(copies):
    assert len({item["uri"] for item in copies.export_lines("ninjs")}) == 4
    graph = json.loads(copies.export("schema-org"))["@graph"]
    ids = [node["@id"] for node in graph]
    assert len(ids) == len(set(ids)) and sum(node["@type"] == "NewsArticle" for node in graph) == 4
    items = json.loads(copies.export("web-annotation"))["first"]["items"]
    assert len({item["id"] for item in items}) == len(items) >= 4


def test_only_people_review_claims(fresh):
    for by in ("assistant", "ida"):
        fresh.run("decide", "note", "1:f1", "--note", "checked", "--by", by, "--value", '{"rating": "False"}')
    graph = json.loads(fresh.export("schema-org"))["@graph"]
    assert [n["author"]["name"] for n in graph if n["@type"] == "ClaimReview"] == ["ida"]


def test_schema_org_has_only_types_and_properties_of_the_vocabulary(flood, siege):
    for sayso in (flood, siege):
        document = json.loads(sayso.export("schema-org"))
        expanded = expand(document)
        assert expanded

        def check(node):
            if isinstance(node, list):
                for each in node:
                    check(each)
            elif isinstance(node, dict) and "@type" in node:
                known = set(getattr(vocabulary, node["@type"]).__struct_encode_fields__)
                unknown = {name for name in node if not name.startswith("@")} - known
                assert not unknown, (node["@type"], unknown)
                for value in node.values():
                    check(value)

        check(document["@graph"])
        ids = [node["@id"] for node in document["@graph"] if "@id" in node]
        assert len(ids) == len(set(ids))


def test_schema_org_claims_have_all_their_appearances(flood):
    graph = json.loads(flood.export("schema-org"))["@graph"]
    by_id = {node["@id"]: node for node in graph}
    claims = [n for n in graph if n["@type"] == "Claim" and n["about"].get("value") == 40]
    [claim] = [c for c in claims if len(c["appearance"]) > 1]
    articles = [by_id[a["@id"]] for a in claim["appearance"]]
    assert {a["publisher"]["name"] for a in articles} == {"Valley News", "Northern Post"}
    assert by_id[claim["firstAppearance"]["@id"]]["datePublished"].startswith("2025-06-12")
    assert by_id[claim["author"]["@id"]]["name"] == "Civil Defence Agency"
    assert claim["about"]["minValue"] == 40 and "maxValue" not in claim["about"]
    quotation = next(n for n in graph if n["@type"] == "Quotation" and "minutes" in n["text"])
    assert by_id[quotation["spokenByCharacter"]["@id"]]["name"] == "Pavel Orsik"
    assert any(n["@type"] == "CorrectionComment" for n in graph)
    assert not any(n["@type"] == "ClaimReview" for n in graph), "nobody has rated a claim"


def test_a_claim_is_reviewed_only_where_a_person_has_rated_it(fresh):
    def reviews():
        graph = json.loads(fresh.export("schema-org"))["@graph"]
        return {node.get("@id"): node for node in graph}, [node for node in graph if node["@type"] == "ClaimReview"]

    fresh.run("decide", "accept", "1:f1", "--by", "ida")
    fresh.run("decide", "note", "1:f1", "--note", "asked the registry", "--by", "ida")
    assert reviews()[1] == [], "neither what is read rightly nor a remark is a rating"
    fresh.run("decide", "note", "1:f1", "--note", "too soon to say", "--by", "ida", "--value", '{"rating": "Unproven"}')
    rating = {"rating": "Mostly false", "value": 2, "worst": 1, "best": 5, "url": "https://desk.example/7"}
    fresh.run("decide", "note", "1:f1", "--note", "The registry lists 31.", "--by", "ida", "--value", json.dumps(rating))
    fresh.run("decide", "note", "1:s0", "--note", "He did say so.", "--by", "per", "--value", '{"rating": "True"}')
    by_id, [figure, statement] = reviews()
    claim = by_id[figure["itemReviewed"]["@id"]]
    assert claim["@type"] == "Claim" and len(claim["appearance"]) > 1 and claim["about"]["value"] == 40
    assert figure["claimReviewed"] and figure["author"] == {"@type": "Person", "name": "ida"}
    assert figure["reviewRating"] == {
        "@type": "Rating", "alternateName": "Mostly false", "ratingValue": 2, "worstRating": 1, "bestRating": 5}
    assert (figure["reviewBody"], figure["url"]) == ("The registry lists 31.", "https://desk.example/7")
    said = by_id[statement["itemReviewed"]["@id"]]
    assert said["@type"] == "Claim" and said["text"] == statement["claimReviewed"]
    assert by_id[said["appearance"][0]["@id"]]["@type"] == "NewsArticle"
    fresh.run("decide", "reject", "1:f1", "--by", "ida")
    assert [r["author"]["name"] for r in reviews()[1]] == ["per"], "what no report says is no claim"
    # The new types and properties are those of the vocabulary, too.
    test_schema_org_has_only_types_and_properties_of_the_vocabulary(fresh, fresh)


def test_a_rating_that_is_none_is_refused(fresh):
    for value in ('{"best": 41}', '{"rating": "False", "value": 3}', '{"rating": ""}'):
        fresh.run("decide", "note", "1:f0", "--note", "x", "--by", "ida", "--value", value, code=1)
    fresh.run("decide", "note", "1:p0", "--note", "x", "--by", "ida", "--value", '{"rating": "False"}', code=1)


def test_annotations_are_json_ld_and_their_spans_cut_from_the_text(flood, hostile):
    for sayso in (flood, hostile):
        document = json.loads(sayso.export("web-annotation"))
        [collection] = expand(document)
        [page] = collection[AS + "first"]
        [items] = page[AS + "items"]
        assert len(items["@list"]) == document["total"] > 0
        for item in items["@list"]:
            assert item["@type"] == [OA + "Annotation"]
            assert item[OA + "motivatedBy"] == [{"@id": OA + "describing"}]
            assert {"@id", "@type", OA + "hasBody", OA + "hasTarget", OA + "motivatedBy"} <= set(item)
        texts = {h: r["report"]["text"] for h, r in sayso.readings().items()}
        for item in document["first"]["items"]:
            for target in item["target"]:
                text = texts[target["sayso:textHash"]]
                quote, position = target["selector"]
                start, end = position["start"], position["end"]
                assert text[start:end] == quote["exact"]
                assert text[max(0, start - 32):start] == quote["prefix"]
                assert text[end:end + 32] == quote["suffix"]


def test_annotations_use_the_terms_of_w3cs_ontology_as_it_means_them(flood, fresh):
    """Every class and property of the name space is in the ontology; where it says of what a property is, or what it leads to, that holds."""
    ontology = os.environ.get("SAYSO_OA_ONTOLOGY")
    if not ontology:
        pytest.skip("W3C's ontology (npm: @vocabulary/oa) is not there")
    quads = rdflib.Dataset()
    quads.parse(ontology, format="nquads")
    oa = rdflib.Graph()
    for subject, property, value, _ in quads.quads():
        oa.add((subject, property, value))
    known = {str(term) for term in oa.subjects() if str(term).startswith(OA)}
    classes = lambda node: {parent for kind in found.objects(node, rdflib.RDF.type)
                            for parent in oa.transitive_objects(kind, rdflib.RDFS.subClassOf)}
    fresh.run("decide", "accept", "1:f0", "--by", "ida")
    for sayso in (flood, fresh):
        found = rdflib.Graph()
        found.parse(data=json.dumps(expand(json.loads(sayso.export("web-annotation")))), format="json-ld")
        used = {str(term) for triple in found for term in triple if str(term).startswith(OA)}
        assert used and used <= known, used - known
        for subject, property, value in found:
            for domain in oa.objects(property, rdflib.RDFS.domain):
                # No annotation uses ResourceSelection itself; SpecificResource is one (W3C's own note on the property).
                selection = domain == rdflib.URIRef(OA + "ResourceSelection")
                assert domain in classes(subject) or selection and rdflib.URIRef(OA + "SpecificResource") in classes(subject)
            for range in oa.objects(property, rdflib.RDFS.range):
                if isinstance(value, rdflib.Literal):
                    assert (value.datatype or rdflib.XSD.string) == range, (property, value)
                elif str(range) == OA + "Motivation":
                    assert (value, rdflib.RDF.type, range) in oa
                elif str(range).startswith(OA):
                    assert range in classes(value), (property, value)


def test_annotations_say_who_has_reviewed(fresh):
    fresh.run("decide", "accept", "1:f0", "--by", "ida")
    items = json.loads(fresh.export("web-annotation"))["first"]["items"]
    reviewed = [i for i in items if "creator" in i]
    assert [i["creator"] for i in reviewed] == [[{"type": "Person", "name": "ida"}]]
