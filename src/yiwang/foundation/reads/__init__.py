"""Who read whose record, when, for which case and reason: the person may ask, and is answered from here."""
