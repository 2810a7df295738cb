from __future__ import annotations

import base64
import json

from fastapi.testclient import TestClient

CCDA = """<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.3" extension="doc-1"/>
<component><structuredBody><component><section><title>ASSESSMENT</title>
<text><paragraph>Gout, on allopurinol.</paragraph></text></section></component></structuredBody></component>
</ClinicalDocument>"""


def upload(client: TestClient, name: str, data: bytes | str) -> tuple[int, dict[str, list[str]]]:
    content = data.encode() if isinstance(data, str) else data
    answer = client.post("/api/v1/encounters/upload", files={"file": (name, content)})
    return answer.status_code, answer.json()


def suggested(client: TestClient, encounter: str) -> list[str]:
    view = client.get(f"/api/v1/encounters/{encounter}").json()
    return [row["code"] for row in view["result"]["suggestions"]]


def test_a_text_file_is_one_note_named_after_it(client: TestClient) -> None:
    status, said = upload(client, "clinic visit.txt", "Assessment: Gout.")
    assert (status, said["problems"]) == (200, [])
    assert client.get("/api/v1/encounters").json()["encounters"][0]["title"] == "clinic visit"
    assert suggested(client, said["created"][0])[0] == "M10.9"


def test_rows_that_cannot_be_used_are_told_and_the_others_kept(client: TestClient) -> None:
    rows = ['{"id": "a", "text": "Impression: Gout."}', "not json zebra", '{"id": "b", "text": ""}']
    status, said = upload(client, "notes.jsonl", "\n".join(rows))
    assert (status, len(said["created"]), len(said["problems"])) == (200, 1, 2)
    assert "zebra" not in json.dumps(said)
    assert upload(client, "notes.jsonl", rows[0])[1]["known"] == said["created"]


def test_a_table_with_age_and_sex(client: TestClient) -> None:
    upload(client, "notes.csv", 'id,text,age,sex\nv1,"Impression: Gout.",71,M\n')
    row = client.get("/api/v1/encounters").json()["encounters"][0]
    assert (row["title"], row["age"], row["sex"]) == ("v1", 71, "M")


def test_a_clinical_document_of_another_system(client: TestClient) -> None:
    status, said = upload(client, "export.xml", CCDA)
    assert status == 200, said
    assert suggested(client, said["created"][0])[0] == "M10.9"


def test_a_fhir_bundle(client: TestClient) -> None:
    data = base64.b64encode(b"Assessment: Gout, on allopurinol.").decode()
    note = {
        "resourceType": "DocumentReference", "status": "current",
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
    }  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": note}]}
    status, said = upload(client, "bundle.json", json.dumps(bundle))
    assert status == 200, said
    assert suggested(client, said["created"][0])[0] == "M10.9"


def test_files_that_are_no_notes_are_refused_in_a_sentence(client: TestClient) -> None:
    for name, data in (
        ("scan.pdf", b"%PDF-1.4 zebra"),
        ("empty.txt", b""),
        ("broken.xml", b"<ClinicalDocument>zebra"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n\x00\x00zebra"),
    ):
        status, said = upload(client, name, data)
        assert status == 422, name
        assert "zebra" not in json.dumps(said)


def test_the_examples_are_put_in_once(client: TestClient) -> None:
    first = client.post("/api/v1/encounters/examples").json()
    again = client.post("/api/v1/encounters/examples").json()
    assert (len(first["created"]), again["created"], again["known"]) == (3, [], first["created"])
