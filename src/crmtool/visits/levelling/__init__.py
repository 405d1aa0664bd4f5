"""A working day for every due visit: within its window, within the caps, and as near to its due day as can be.

When a visit is due, and which earlier days are still to be kept, is for its neighbours in this room to say.
"""

from crmtool.visits.levelling.level import Levelled, fits, level
from crmtool.visits.levelling.stretch import Stretched, smallest_stretch, stretched

__all__ = ["Levelled", "Stretched", "fits", "level", "smallest_stretch", "stretched"]
