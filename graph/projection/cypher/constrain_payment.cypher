// Make sure that no two rows of this kind share an id.
CREATE CONSTRAINT payment_id_unique IF NOT EXISTS
FOR ()-[paid:PAID]-() REQUIRE paid.id IS UNIQUE
