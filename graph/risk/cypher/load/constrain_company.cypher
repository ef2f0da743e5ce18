// Only one company has an id.
CREATE CONSTRAINT company_id_unique IF NOT EXISTS FOR (company:Company) REQUIRE company.id IS UNIQUE
