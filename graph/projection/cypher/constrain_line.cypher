// Make sure that no two rows of this kind share an id.
CREATE CONSTRAINT line_id_unique IF NOT EXISTS
FOR ()-[line:TRUSTS]-() REQUIRE line.id IS UNIQUE
