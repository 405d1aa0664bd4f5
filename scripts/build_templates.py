"""Build the shipped templates: `python scripts/build_templates.py [FOLDER]`, by default into `templates/`.

The same script always makes the same files; a test compares what it makes with what is committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import template_classification
import template_follow_up
import template_history
import template_ledgers
import template_review
import template_rules_diff
import template_rules_doc
import template_rules_tune
import template_status
import template_visit_plan


def build_all(folder: Path) -> list[Path]:
    """Write every template into `folder` and return the paths."""
    classification = folder / "classification.xlsx"
    template_classification.build(classification)
    follow_up = folder / "follow-up.xlsx"
    template_follow_up.build(follow_up)
    review = folder / "review.xlsx"
    template_review.build(review)
    rules_diff = folder / "rules-diff.xlsx"
    template_rules_diff.build(rules_diff)
    history = folder / "history.xlsx"
    template_history.build(history)
    status = folder / "status.xlsx"
    template_status.build(status)
    visit_plan = folder / "visit-plan.xlsx"
    template_visit_plan.build(visit_plan)
    tune = folder / "rules-tune.xlsx"
    template_rules_tune.build(tune)
    doc = folder / "rules-doc.xlsx"
    template_rules_doc.build(doc)
    made = [classification, follow_up, review, rules_diff, history, status, visit_plan, tune, doc]
    return [*made, *template_ledgers.build_all(folder)]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "templates"
    target.mkdir(exist_ok=True)
    for path in build_all(target):
        print(path)
