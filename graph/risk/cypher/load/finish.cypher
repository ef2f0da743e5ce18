// Say that a snapshot is there as a whole.
CREATE (:Snapshot {source: $source, at: $at})
