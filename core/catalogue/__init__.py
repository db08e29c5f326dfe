"""The one list of what is counted.

A `Measure` is a counter that is stored per user and UTC day; its paths say where it stands in a row that the Analytics
API's `GET users` returns. A `Stat` is a number that people see: one measure, or several added up. A `Ratio` is one sum
divided by another. Storage columns, parsing, aggregation, cards, exports and the page "How it is counted" all derive
from the lists here: a new statistic is one entry, one migration and one fixture.

A new counter of the API: a measure with the next free slot, a statistic of it, a migration that calls
`core.store.engine.counters`, its field in the recording `tests/api/cassettes/newest_shape.yaml` and in the simulator's
row (`simulator/wire.py`, with how much of it people use in `simulator/counting.py`). A sum or a rate of what is stored
already: a statistic alone. Tests name what is forgotten, and the line that docs/statistics.md then lacks.

kinds       what an entry is: Product, Measure, Stat, Ratio
products    the parts of Claude
measures    the stored counters, with their paths in the response, and the fields that are not counted
statistics  the numbers that people see
selections  which of them stand where there is no room for all
summaries   whose active users Claude counts for the whole organisation
"""

from __future__ import annotations

from core.catalogue.kinds import CAVEAT_LABEL, Adds, Measure, Product, Ratio, Stat, explained
from core.catalogue.measures import IGNORED_FIELDS, MASK_BITS, MASK_WORDS, MEASURES
from core.catalogue.products import ACROSS, ACROSS_LABEL, ANY, PRODUCTS
from core.catalogue.statistics import STATS
from core.catalogue.summaries import SUMMARIES

__all__ = [
    "ACROSS",
    "ANY",
    "CAVEAT_LABEL",
    "IGNORED_FIELDS",
    "MASK_BITS",
    "MASK_WORDS",
    "MEASURE",
    "MEASURES",
    "MEASURE_COLUMN",
    "MEASURE_KEYS",
    "PRODUCT",
    "PRODUCTS",
    "STAT",
    "STATS",
    "SUMMARIES",
    "Adds",
    "Measure",
    "Product",
    "Ratio",
    "Stat",
    "explained",
    "measures_of",
    "product_label",
    "sources_of",
    "stats_of",
]

MEASURE: dict[str, Measure] = {measure.key: measure for measure in MEASURES}
MEASURE_KEYS: tuple[str, ...] = tuple(MEASURE)
MEASURE_COLUMN: dict[str, int] = {key: place for place, key in enumerate(MEASURE_KEYS)}
"""Where each measure stands among all of them."""

STAT: dict[str, Stat | Ratio] = {stat.key: stat for stat in STATS}
PRODUCT: dict[str, Product] = {product.key: product for product in (ANY, *PRODUCTS)}


def stats_of(product: str) -> tuple[Stat | Ratio, ...]:
    """The statistics of one product (or of `ACROSS`), headlines first, else in catalogue order."""
    return tuple(sorted((s for s in STATS if s.product == product), key=lambda s: not s.headline))


def measures_of(stat: Stat | Ratio) -> tuple[str, ...]:
    """The measures that have to be summed to compute a statistic."""
    return stat.measures if isinstance(stat, Stat) else tuple(dict.fromkeys((*stat.denominator, *stat.numerator)))


def sources_of(stat: Stat | Ratio) -> str:
    """The paths in the API's response from which a statistic is read, for readers."""
    return " + ".join(path for key in measures_of(stat) for path in MEASURE[key].paths)


def product_label(key: str) -> str:
    """The words for a product key, `ACROSS` included."""
    return ACROSS_LABEL if key == ACROSS else PRODUCT[key].label
