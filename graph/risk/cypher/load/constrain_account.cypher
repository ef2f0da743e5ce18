// Only one account has an id.
CREATE CONSTRAINT account_id_unique IF NOT EXISTS FOR (account:Account) REQUIRE account.id IS UNIQUE
