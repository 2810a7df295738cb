"""``python -m tests.documents``: write the made parts of documents and notebooks anew."""

from tests.documents.blocks import DOCUMENTS, ROOT, remade
from tests.documents.notebook import SCRIPTS, executed, write

for name in DOCUMENTS:
    document = ROOT / name
    document.write_text(remade(document.read_text("utf-8")), "utf-8")
for script in SCRIPTS:
    write(script.with_suffix(".ipynb"), executed(script))
