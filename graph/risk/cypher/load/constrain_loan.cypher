// Only one loan has an id.
CREATE CONSTRAINT loan_id_unique IF NOT EXISTS FOR (loan:Loan) REQUIRE loan.id IS UNIQUE
