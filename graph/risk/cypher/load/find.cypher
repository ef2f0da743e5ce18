// Which snapshot is there as a whole?
MATCH (snapshot:Snapshot) RETURN snapshot.source AS source, snapshot.at AS at
