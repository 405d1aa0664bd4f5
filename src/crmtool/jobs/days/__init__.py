"""Which days a run is about: months and spans as people name them, and which days are worked."""
