"""The model of `crmtool.yaml`: what a team settles once instead of on every command line.

Finding and reading the file is left to `crmtool.jobs.settings`; this module only says what may stand in it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_RULES = "annual_value"
DEFAULT_RFM = "rfm"
DEFAULT_TIMEZONE = "Asia/Shanghai"


class Config(BaseModel):
    """The settings of a working folder; every key may be left out.

    Paths are relative to the folder of the file. `columns` maps a header of the ledger to a field id,
    `units` a header to the unit of its bare numbers (`万元`). `caps` are visits a person can make, by `day`,
    `week`, and per day by channel id; `managers` maps an owner to whom what is long overdue is reported.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    ledger: str | None = None
    rules: str = DEFAULT_RULES
    rfm: str = DEFAULT_RFM
    timezone: str = DEFAULT_TIMEZONE
    lang: Literal["zh", "en"] | None = None
    history: str | None = None
    output: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)
    festivals: list[str] = Field(default_factory=list)
    holidays: str | None = None
    caps: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    baselines: dict[str, str] = Field(default_factory=dict)
    managers: dict[str, str] = Field(default_factory=dict)
    backups: Annotated[int, Field(ge=0)] = 5
