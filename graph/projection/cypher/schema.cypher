// Make sure that no two nodes of a label and no two edges of a type share an id, and that they are
// found by it. Statements that are there already change nothing.
CREATE CONSTRAINT person_id_unique IF NOT EXISTS
FOR (person:Person) REQUIRE person.id IS UNIQUE;
CREATE CONSTRAINT account_id_unique IF NOT EXISTS
FOR (account:Account) REQUIRE account.id IS UNIQUE;
CREATE CONSTRAINT loan_id_unique IF NOT EXISTS
FOR (loan:Loan) REQUIRE loan.id IS UNIQUE;
CREATE CONSTRAINT device_id_unique IF NOT EXISTS
FOR (device:Device) REQUIRE device.id IS UNIQUE;
CREATE CONSTRAINT friendship_id_unique IF NOT EXISTS
FOR ()-[friendship:FRIEND]-() REQUIRE friendship.id IS UNIQUE;
CREATE CONSTRAINT line_id_unique IF NOT EXISTS
FOR ()-[line:TRUSTS]-() REQUIRE line.id IS UNIQUE;
CREATE CONSTRAINT transfer_id_unique IF NOT EXISTS
FOR ()-[transfer:TRANSFERRED]-() REQUIRE transfer.id IS UNIQUE;
CREATE CONSTRAINT withdrawal_id_unique IF NOT EXISTS
FOR ()-[withdrawal:WITHDREW]-() REQUIRE withdrawal.id IS UNIQUE;
CREATE CONSTRAINT deposit_id_unique IF NOT EXISTS
FOR ()-[deposit:DEPOSITED]-() REQUIRE deposit.id IS UNIQUE;
CREATE CONSTRAINT repayment_id_unique IF NOT EXISTS
FOR ()-[repayment:REPAID]-() REQUIRE repayment.id IS UNIQUE;
CREATE CONSTRAINT guarantee_id_unique IF NOT EXISTS
FOR ()-[guarantee:GUARANTEES]-() REQUIRE guarantee.id IS UNIQUE;
CREATE CONSTRAINT sign_in_id_unique IF NOT EXISTS
FOR ()-[sign_in:SIGNED_IN]-() REQUIRE sign_in.id IS UNIQUE;
CREATE CONSTRAINT intent_id_unique IF NOT EXISTS
FOR ()-[intent:INTENDS]-() REQUIRE intent.id IS UNIQUE;
CREATE INDEX intent_ends_at IF NOT EXISTS FOR ()-[intent:INTENDS]-() ON (intent.ends_at);
// What the risk team looks for by time.
CREATE INDEX transfer_at IF NOT EXISTS FOR ()-[transfer:TRANSFERRED]-() ON (transfer.at);
