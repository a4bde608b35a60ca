"""The published table of the procedure: which event leads from where to where, who may cause it, what it issues.

The table is data (`table.json`), so that the docs draw it, the independent verifier replays cases through it, and the
full procedure of the law adds rows to it. Nothing here knows Django.
"""

from yiwang.domains.cases.procedure.machine import Arrow, arrow_from, events_from, state_name, table

__all__ = ["Arrow", "arrow_from", "events_from", "state_name", "table"]
