"""Make the pictures of `docs/pictures/` from the examples: what a person sees in the workbooks.

Needs LibreOffice (`soffice`) and poppler's `pdftoppm`. Run `python scripts/build_pictures.py`.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
LEDGER = ROOT / "examples" / "customers.xlsx"
AS_OF = "2023-10-31"


def _pages(book: Path, folder: Path) -> list[Path]:
    """Return one PNG for each printed page of a workbook."""
    home = f"-env:UserInstallation=file://{folder}/office"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book)],
        check=True,
        capture_output=True,
    )
    subprocess.run(
        ["pdftoppm", "-r", "80", "-png", str(folder / f"{book.stem}.pdf"), str(folder / "page")], check=True
    )
    return sorted(folder.glob("page-*.png"))


def main() -> None:
    """Classify the main example and keep its first two pages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "classification.xlsx"
        subprocess.run(
            ["crmtool", "classify", str(LEDGER), "--as-of", AS_OF, "-o", str(book), "-q"], check=True
        )
        pages = _pages(book, folder)
        for picture, page in (("overview.png", pages[0]), ("grading.png", pages[1])):
            shutil.copyfile(page, PICTURES / picture)
            print(PICTURES / picture)


if __name__ == "__main__":
    main()
