"""Requests that cannot be answered, with a phrase in every place that a request has."""

from __future__ import annotations

from urllib.parse import quote

import httpx2


def odd_answers(address: str, phrase: str) -> list[httpx2.Response]:
    """Send a phrase where no note belongs: in addresses, headers, keys, broken JSON and forms."""
    quoted = quote(phrase)
    json_type = {"content-type": "application/json"}
    deep = "[" * 3000 + f'"{phrase}"'
    bodies: list[tuple[str, bytes, dict[str, str]]] = [
        ("/api/v1/suggest", f'{{"text": "{phrase}'.encode(), json_type),
        ("/api/v1/suggest", f'{{"text": "{phrase}", "age": NaN}}'.encode(), json_type),
        ("/api/v1/suggest", f'["{phrase}"]'.encode(), json_type),
        ("/api/v1/suggest", b'{"text": "' + phrase.encode() + b'\xff"}', json_type),
        ("/api/v1/suggest", deep.encode(), json_type),
        ("/api/v1/suggest", phrase.encode(), {"content-type": phrase}),
        ("/api/v1/suggest", f"text={quoted}".encode(), {"content-type": "text/plain"}),
        ("/api/v1/suggest", f'{{"text": {{"{phrase}": 1}}}}'.encode(), json_type),
        ("/api/v1/suggest", phrase.encode() * 1_000_000, json_type),
        ("/api/v1/suggest/many", f'[{{"{phrase}": "{phrase}"}}]'.encode(), json_type),
        ("/api/v1/codes/search", f'{{"q": "{phrase * 20}"}}'.encode(), json_type),
        ("/api/v1/encounters", f'{{"id": "{phrase}\\n", "text": "x"}}'.encode(), json_type),
        ("/api/v1/encounters/E1/shown", f'{{"codes": [["{phrase}", 1]]}}'.encode(), json_type),
        ("/api/v1/encounters/E1/assign", f'{{"to": 1, "{phrase}": 1}}'.encode(), json_type),
        ("/api/v1/encounters/upload", phrase.encode(), {"content-type": "multipart/form-data"}),
        ("/api/v1/exports", f'{{"encounters": ["{phrase}"]}}'.encode(), json_type),
        ("/api/v1/quality/samples", f'{{"rate": "{phrase}"}}'.encode(), json_type),
        ("/api/v1/models/retrain", phrase.encode(), json_type),
        (f"/api/v1/models/{quoted}/promote", b"", {}),
        ("/fhir/DocumentReference/$suggest-codes", phrase.encode(), json_type),
        (f"/{quoted}", phrase.encode(), {}),
    ]
    addresses = [
        f"/{quoted}", f"/encounters/{quoted}", f"/api/v1/encounters/{quoted}",
        f"/api/v1/encounters?state={quoted}", f"/api/v1/encounters?order={quoted}",
        f"/api/v1/encounters?limit={quoted}", f"/api/v1/codes/icd10cm/{quoted}",
        f"/api/v1/codes/{quoted}/I10", f"/api/v1/codes?q=x&system={quoted}",
        f"/api/v1/codes?q={quote(phrase * 20)}", f"/api/v1/models/{quoted}/comparison",
        f"/api/v1/jobs/{quoted}", f"/api/v1/statistics?since={quoted}", f"/fhir/{quoted}",
        f"/api/v1/encounters/E1/claim?format={quoted}", f"/static/{quoted}",
    ]  # fmt: skip
    odd = {"authorization": f"Bearer {phrase}", "cookie": f"a={quoted}", "x-forwarded-for": phrase,
           "x-request-id": phrase, "referer": f"http://{quoted}/"}  # fmt: skip
    with httpx2.Client(base_url=address, timeout=60) as client:
        answers = [
            client.post(path, content=body, headers=headers) for path, body, headers in bodies
        ]
        answers += [client.get(path) for path in addresses]
        answers += [client.get("/api/v1/encounters", headers={name: odd[name]}) for name in odd]
        answers.append(client.request(phrase.split()[0].upper(), "/api/v1/encounters"))
    statuses = [answer.status_code for answer in answers]
    assert sum(status >= 400 for status in statuses) > 30, statuses
    return answers
