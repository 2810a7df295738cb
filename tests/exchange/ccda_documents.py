"""C-CDA documents written for the tests: every patient, number and finding in them is invented."""

from __future__ import annotations

import base64

NAME, FAMILY, RECORD_NUMBER = "Zebulon", "Quackenbush", "MRN-99887766"


def document(
    body: str,
    *,
    code: str = "34117-2",
    visit: str = '<code code="AMB" codeSystem="2.16.840.1.113883.5.4"/>'
    '<effectiveTime><low value="202603041030-0500"/></effectiveTime>',
    gender: str = "M",
    birth: str = "19580305",
    identity: str = "doc-4711",
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> str:
    """Return a whole document around a ``component``'s content."""
    return f"""{declaration}
<?xml-stylesheet type="text/xsl" href="CDA.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <realmCode code="US"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/>
  <id root="2.16.840.1.113883.19.5" extension="{identity}"/>
  <code code="{code}" codeSystem="2.16.840.1.113883.6.1" displayName="Some Note"/>
  <title>Note about {NAME} {FAMILY}</title>
  <effectiveTime value="20260305"/>
  <recordTarget><patientRole>
    <id root="2.16.840.1.113883.19.6" extension="{RECORD_NUMBER}"/>
    <id root="2.16.840.1.113883.4.1" extension="999-12-3456"/>
    <addr use="HP"><streetAddressLine>17 Nowhere Lane</streetAddressLine><city>Xville</city></addr>
    <telecom value="tel:+1(555)555-0199"/>
    <patient>
      <name use="L"><given>{NAME}</given><family>{FAMILY}</family></name>
      <administrativeGenderCode code="{gender}" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="{birth}"/>
    </patient>
  </patientRole></recordTarget>
  <componentOf><encompassingEncounter>
    <id extension="visit-1" root="2.16.840.1.113883.19"/>{visit}
  </encompassingEncounter></componentOf>
  <component>{body}</component>
</ClinicalDocument>
"""


def section(title: str, text: str, inner: str = "") -> str:
    """Return a section with its narrative."""
    return (
        f"<component><section><templateId root='1.2.3'/><title>{title}</title>"
        f"<text>{text}</text>{inner}</section></component>"
    )


HISTORY_AND_PHYSICAL = document(
    "<structuredBody>"
    + section(
        "CHIEF COMPLAINT",
        "<paragraph>Shortness of breath\n        for 3 days.</paragraph>",
    )
    + section(
        "History of Present Illness",
        "<paragraph>67-year-old man with <content styleCode='Bold'>type 2 diabetes</content> &amp; "
        "hypertension.<br/>No chest pain.</paragraph><paragraph>BNP &gt; 900 pg/mL.</paragraph>",
    )
    + section(
        "Past Medical History",
        "<list><caption>Known conditions</caption><item>Hypertension</item>"
        "<item>Diabetes<list listType='ordered'><item>Neuropathy</item><item>Nephropathy, "
        "<content revised='delete'>stage 4</content> stage 3a</item></list></item>"
        "<item>Gout</item></list>",
    )
    + section(
        "Review of Systems",
        "<![CDATA[General: no fever\n  Cardiac: orthopnea < 2 pillows & edema\n\nSkin: clear]]>",
    )
    + section(
        "Assessment",
        "",
        section("Problem 1", "<paragraph>Acute on chronic systolic heart failure</paragraph>"),
    )
    + section("Social History", "   ")
    + "</structuredBody>"
)

DISCHARGE_SUMMARY = document(
    "<structuredBody>"
    + section("Hospital Course", "<paragraph>Treated for pneumonia.</paragraph>")
    + section(
        "Discharge Diagnosis",
        "<table border='1'><caption>Diagnoses</caption><colgroup><col/><col/></colgroup>"
        "<thead><tr><th>Problem</th><th>Status</th><th>Comment</th></tr></thead><tbody>"
        "<tr><td ID='p1'>Pneumonia</td><td>Resolved</td><td/></tr>"
        "<tr><td>COPD</td><td><list><item>Active</item><item>Chronic</item></list></td>"
        "<td><paragraph>on</paragraph><paragraph>inhaler</paragraph></td></tr>"
        "<tr><td/><td/><td/></tr></tbody></table>",
    )
    + "</structuredBody>",
    code="18842-5",
    visit='<code code="99223" codeSystem="2.16.840.1.113883.6.12"><translation code="IMP"/></code>'
    '<effectiveTime><low value="20260301"/><high value="20260306120000+0000"/></effectiveTime>',
    gender="F",
)

LATIN = document(
    "<structuredBody>"
    + section("Impression", "<paragraph>Ménière's disease, 38.5 °C</paragraph>")
    + "</structuredBody>",
    declaration='<?xml version="1.0" encoding="ISO-8859-1"?>',
    visit='<code nullFlavor="UNK"/><effectiveTime value="2026"/>',
    gender="UN",
).encode("latin-1")

NOTE = "CHIEF COMPLAINT: cough\n\nImpression:\n  Acute bronchitis — 3 days.\n"


def unstructured(content: str, attributes: str) -> str:
    """Return a document whose body is not XML."""
    return document(
        f"<nonXMLBody><text {attributes}>{content}</text></nonXMLBody>",
        visit='<code code="EMER"/><effectiveTime value="20260304"/>',
    )


def in_base64(text: str, encoding: str = "utf-8") -> str:
    """Return text in base64, in lines as mail has it."""
    return base64.encodebytes(text.encode(encoding)).decode()


UNSTRUCTURED = unstructured(in_base64(NOTE), 'mediaType="text/plain" representation="B64"')

BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "secretword">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><ClinicalDocument xmlns="urn:hl7-org:v3"><title>&i;</title></ClinicalDocument>'
)
EXTERNAL_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&e;</title></ClinicalDocument>'
)
EXTERNAL_DTD = (
    '<!DOCTYPE ClinicalDocument SYSTEM "http://example.org/cda.dtd">'
    '<ClinicalDocument xmlns="urn:hl7-org:v3"/>'
)
