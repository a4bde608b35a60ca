"""文书: numbered notices and decisions, whose data are the record and whose seal follows within seconds."""
