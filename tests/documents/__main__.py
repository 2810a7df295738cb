"""``python -m tests.documents``: write the made parts of the documents anew."""

from tests.documents.blocks import DOCUMENTS, ROOT, remade

for name in DOCUMENTS:
    path = ROOT / name
    path.write_text(remade(path.read_text("utf-8")), "utf-8")
