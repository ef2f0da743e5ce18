// Make sure that no two rows of this kind share an id.
CREATE CONSTRAINT friendship_id_unique IF NOT EXISTS
FOR ()-[friendship:FRIEND]-() REQUIRE friendship.id IS UNIQUE
