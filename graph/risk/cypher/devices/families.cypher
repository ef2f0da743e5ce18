// Does a family tie link owners of two devices? One row if so.
MATCH (:Device {id: $one})-[:SIGNED_IN]->(:Account)<-[:OWNS]-(owner:Person)
MATCH (:Device {id: $other})-[:SIGNED_IN]->(:Account)<-[:OWNS]-(relative:Person)
WHERE owner <> relative AND EXISTS { (owner)-[:FRIEND {live: true, family: true}]-(relative) }
RETURN owner.id AS owner, relative.id AS relative
LIMIT 1
