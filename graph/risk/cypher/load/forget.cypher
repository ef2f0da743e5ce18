// Say that there is no snapshot, before one is changed.
MATCH (snapshot:Snapshot) DELETE snapshot
