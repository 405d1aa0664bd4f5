"""Who is who on two days: by the number, else by a name that is nobody else's; namesakes are never guessed.

What became of whom is left to `crmtool.review.moves.moves`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import column, same_text
from crmtool.visits.keys import spoken


@dataclass(frozen=True)
class Matched:
    """`then` is the place of each customer of now among those of then (int64, null: not there), `gone` the places of
    those that are not there now. `namesakes` counts the customers of now that may have been there under their name."""

    then: pa.Array
    gone: pa.Array
    namesakes: int = 0


def matched(now: pd.DataFrame, then: pd.DataFrame) -> Matched:
    """Return who of a day's snapshot is who of another's (frames of SNAPSHOT_COLUMNS).

    A customer with a number of their own is known by it, whatever the name has become. All others are known by a name
    that one customer alone has on both days; two that have different numbers are not the same for their name.
    """
    own_now, own_then = _own_number(now), _own_number(then)
    name_now, name_then = spoken(now, "name"), spoken(then, "name")
    by_number = _index_in(own_now, own_then)
    rest_now = pc.if_else(pc.is_null(by_number), name_now, None)
    rest_then = pc.if_else(_taken(by_number, len(then)), None, name_then)
    place = _index_in(_if_once(rest_now), _if_once(rest_then))
    found = pc.coalesce(
        by_number, pc.if_else(_may_be(own_now, own_then, place, name_now, name_then), place, None)
    )
    gone = pc.indices_nonzero(pc.invert(_taken(found, len(then)))).cast(pa.int64())
    nameless_then = pc.if_else(pc.is_null(own_then), rest_then, None)
    unsure = pc.if_else(
        pc.is_null(own_now),
        pc.is_in(rest_now, rest_then.drop_null()),
        pc.is_in(rest_now, nameless_then.drop_null()),
    )
    unsure = pc.and_(pc.and_(unsure, pc.is_valid(rest_now)), pc.is_null(found))
    return Matched(found, gone, int(pc.sum(unsure).as_py() or 0))


def matched_rows(now: pd.DataFrame, then: pd.DataFrame) -> Matched:
    """Return who is who where both snapshots are of one ledger's rows: nobody is guessed, not even of namesakes."""
    place = _index_in(column(now, "customer_key"), column(then, "customer_key"))
    return Matched(place, pc.indices_nonzero(pc.invert(_taken(place, len(then)))).cast(pa.int64()))


def _may_be(
    own_now: pa.Array, own_then: pa.Array, place: pa.Array, name_now: pa.Array, name_then: pa.Array
) -> pa.Array:
    """Tell who may be the customer of that name: neither has a number, or one has and the name was nobody else's ever."""
    number_then = own_then.take(place)
    neither = pc.and_(pc.is_null(own_now), pc.is_null(number_then))
    one = pc.xor(pc.is_null(own_now), pc.is_null(number_then))
    alone = pc.and_(
        pc.is_valid(_if_once(name_now)),
        pc.fill_null(pc.is_in(name_now, _if_once(name_then).drop_null()), False),
    )
    return pc.or_(neither, pc.and_(one, alone))


def _taken(places: pa.Array, rows: int) -> pa.Array:
    """Tell which rows are at one of the places."""
    taken = np.zeros(rows, bool)
    taken[places.drop_null().to_numpy(zero_copy_only=False)] = True
    return pa.array(taken)


def _index_in(texts: pa.Array, among: pa.Array) -> pa.Array:
    """Return the place of each text among others (int64); null where it is none of them, or is null."""
    places = pc.index_in(texts, among).cast(pa.int64())
    return pc.if_else(pc.is_valid(texts), places, None)


def _if_once(texts: pa.Array) -> pa.Array:
    """Return the texts that stand once only, null for the others."""
    counts = texts.value_counts()
    once = counts.field("values").filter(pc.equal(counts.field("counts"), 1)).drop_null()
    return pc.if_else(pc.is_in(texts, once), texts, None)


def _own_number(frame: pd.DataFrame) -> pa.Array:
    """Return the number of each customer that is known by it, null for the others."""
    number = spoken(frame, "customer_id")
    is_key = same_text(pc.if_else(pc.equal(number, column(frame, "customer_key")), "x", None), "x")
    return pc.if_else(is_key, number, None)
