"""Show what `excel.py` measured as Markdown: a table for each task, and what was to be reached beside what was.

Measures nothing. Ratios of two ways are medians of the ratios of each round, in CPU time.
"""

from __future__ import annotations

import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from measuring import Run, median

Runs = Mapping[tuple[str, int, str], Sequence[Run]]

BEGIN, END = "<!-- measured -->", "<!-- end of what was measured -->"
OURS = {"end to end": "crmtool classify"}
SCAN = "floor: inflate and scan in C (zlib)"
PACKAGES = (
    "crmtool", "pandas", "pyarrow", "isal", "openpyxl", "python-calamine", "fastexcel", "polars", "XlsxWriter",
    "rustpy-xlsxwriter",
)  # fmt: skip
MILLION, LARGE, SMALL = 1_000_000, 100_000, 10_000


@dataclass(frozen=True)
class Target:
    """What was to be reached, what was reached (None: not measured in this run) and whether that is enough."""

    aim: str
    reached: str | None
    holds: bool = False


def versions() -> dict[str, str]:
    """Return the versions of all that is compared; `absent` where a package is not installed."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def markdown(runs: Runs, absent: Mapping[str, str]) -> str:
    """Return all that was measured as Markdown."""
    lines = [
        f"{platform.system()} {platform.machine()}; " + ", ".join(f"{n} {v}" for n, v in versions().items())
    ]
    for task in dict.fromkeys(task for task, _, _ in runs):
        lines += ["", f"### {task.capitalize()}", "", *_table(task, runs)]
    if absent:
        lines += ["", "Not run: " + "; ".join(f"{name} ({why})" for name, why in absent.items()) + "."]
    lines += ["", "### To reach", "", "| to reach | reached | |", "|---|---|---|"]
    for target in targets(runs):
        word = "not measured" if target.reached is None else "yes" if target.holds else "**no**"
        lines.append(f"| {target.aim} | {target.reached or '–'} | {word} |")
    return "\n".join(lines) + "\n"


def _table(task: str, runs: Runs) -> Iterator[str]:
    yield "| rows | way | CPU s | wall s | peak MiB | CPU, crmtool = 1 | rounds |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    ours = OURS.get(task, "crmtool")
    for (its_task, rows, way), measured in runs.items():
        if its_task == task:
            middle = median(measured)
            times = ratio(runs, task, rows, way, ours)
            shown = "" if times is None else f"{times:.2f}"
            figures = f"{middle.cpu_s:.2f} | {middle.wall_s:.2f} | {middle.peak_mib:,.0f}"
            yield f"| {rows:,} | {way} | {figures} | {shown} | {len(measured)} |"


def ratio(
    runs: Runs, task: str, rows: int, way: str, other: str, other_task: str | None = None
) -> float | None:
    """Return the CPU time of one way in those of another, the median over rounds; None where one was not run."""
    above, below = runs.get((task, rows, way)), runs.get((other_task or task, rows, other))
    if not above or not below:
        return None
    if len(above) != len(below):
        return median(above).cpu_s / median(below).cpu_s
    return statistics.median(a.cpu_s / b.cpu_s for a, b in zip(above, below, strict=True))


def targets(runs: Runs) -> list[Target]:
    """Return what was to be reached, each with what was."""
    rendering = ratio(runs, "rendering", LARGE, "XlsxWriter, constant_memory", "crmtool")
    rustpy = ratio(runs, "rendering", LARGE, "rustpy-xlsxwriter", "crmtool")
    return [
        _at_least(
            "classify, 100,000 rows: 30 × faster than pandas + openpyxl",
            ratio(runs, "end to end", LARGE, "pandas + openpyxl", "crmtool classify"),
            30,
        ),
        _beyond_start(runs, "end to end", "pandas + openpyxl", 30),
        _at_least("rendering, 100,000 rows: 8 × faster than XlsxWriter constant_memory", rendering, 8),
        _at_least("rendering, the aim: 12 × faster than XlsxWriter constant_memory", rendering, 12),
        _at_least("rendering, 100,000 rows: faster than rustpy-xlsxwriter", rustpy, 1),
        _at_least(
            "in place, 100,000 rows: 50 × faster than openpyxl",
            ratio(runs, "in place", LARGE, "openpyxl, load and save", "crmtool"),
            50,
        ),
        _beyond_start(runs, "in place", "openpyxl, load and save", 50),
        _floor(runs),
        _memory(runs),
        *_flat(runs),
    ]


def _at_least(aim: str, reached: float | None, least: float) -> Target:
    return Target(
        aim, None if reached is None else f"{reached:.1f} ×", reached is not None and reached >= least
    )


def _beyond_start(runs: Runs, task: str, other: str, least: float) -> Target:
    """Return the same between the sizes, so that starting Python and importing count for neither."""
    name = f"{task}, each further row from 10,000 to 100,000: {least:g} × faster than {other}"
    sizes = [(task, rows, way) for way in (other, OURS.get(task, "crmtool")) for rows in (SMALL, LARGE)]
    if any(key not in runs for key in sizes):
        return Target(name, None)
    theirs_small, theirs_large, ours_small, ours_large = (median(runs[key]).cpu_s for key in sizes)
    return _at_least(name, (theirs_large - theirs_small) / (ours_large - ours_small), least)


def _floor(runs: Runs) -> Target:
    aim = "classify, 1,000,000 rows: within 12 × inflating and scanning the input in C"
    found = ratio(runs, "end to end", MILLION, "crmtool classify", SCAN, "reading")
    if found is None:
        return Target(aim, None)
    strict = ratio(runs, "end to end", MILLION, "crmtool classify", SCAN.replace("zlib", "ISA-L"), "reading")
    return Target(aim, f"{found:.1f} × (zlib); {strict:.1f} × (ISA-L)", found <= 12)


def _memory(runs: Runs) -> Target:
    aim = "classify, 1,000,000 rows: under 1.5 GB"
    measured = runs.get(("end to end", MILLION, "crmtool classify"))
    if not measured:
        return Target(aim, None)
    gigabytes = median(measured).peak_mib * 1024**2 / 1e9
    return Target(aim, f"{gigabytes:.2f} GB", gigabytes < 1.5)


def _flat(runs: Runs) -> Iterator[Target]:
    """Yield what each further row costs: between sizes, so that starting Python counts for neither."""
    for task in ("reading", "rendering", "in place", "end to end"):
        way = OURS.get(task, "crmtool")
        cpu = {
            rows: median(r).cpu_s for (its, rows, its_way), r in runs.items() if (its, its_way) == (task, way)
        }
        aim = f"{task}: a further row costs the same from 10,000 to 1,000,000 (within a fifth)"
        if {SMALL, LARGE, MILLION} - cpu.keys():
            yield Target(aim, None)
            continue
        early = (cpu[LARGE] - cpu[SMALL]) / (LARGE - SMALL) * 1e6
        late = (cpu[MILLION] - cpu[LARGE]) / (MILLION - LARGE) * 1e6
        yield Target(aim, f"{early:.1f} µs, then {late:.1f} µs", late <= 1.2 * early)


def put(page: Path, text: str) -> None:
    """Replace what stands between the two marks of a page; a page that is not there is begun."""
    old = page.read_text("utf-8") if page.exists() else f"# Benchmarks\n\n{BEGIN}\n{END}\n"
    if old.count(BEGIN) != 1 or old.count(END) != 1:
        raise SystemExit(f"{page} has no place for what was measured: {BEGIN} … {END}")
    before, _, rest = old.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")
