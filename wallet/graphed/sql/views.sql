-- What the graph should hold of the wallet: a rebuild reads these views, and events carry their
-- rows. Each row has an id and a version; see Note [Versions] in graph/projection/registry.py.

-- Stable, as extract() is said to be: PostgreSQL would not take an immutable function into the
-- statement that calls it, and run a statement of its own for each row.
CREATE OR REPLACE FUNCTION graph_milliseconds(at timestamptz) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT floor(extract(epoch FROM at) * 1000)::bigint
$$;

-- The same id for the same two words, wherever it is made.
CREATE OR REPLACE FUNCTION graph_id(one text, other text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT md5(one || ' ' || other)::uuid
$$;

CREATE OR REPLACE VIEW graph_account AS
SELECT a.id, COALESCE(shown.version, 1) AS version, a.owner_id AS owner, a.kind AS type,
       a.currency::text AS currency, a.frozen AS blocked, a.closed,
       graph_milliseconds(a.created_at) AS created_at
FROM ledger_account AS a LEFT JOIN graphed_shown AS shown ON shown.id = a.id
WHERE a.kind = 'balance' AND a.owner_id IS NOT NULL;

CREATE OR REPLACE VIEW graph_channel AS
SELECT id, 1::bigint AS version, 'bank'::text AS type, name, currency::text AS currency,
       graph_milliseconds(created_at) AS created_at
FROM graphed_channel;

-- A payment leads from one person's account to another's. What comes out of an escrow was paid by
-- whoever filled it, out of their account; what goes into one's own escrow is no payment. What came
-- in over a bank was paid by the channel's account.
CREATE OR REPLACE VIEW graph_payment AS
SELECT t.id, 1::bigint AS version,
       CASE WHEN payer.owner_id IS NULL THEN graph_id(t.note, t.currency)
            ELSE COALESCE(home.id, payer.id) END AS payer,
       payee.id AS payee, t.amount, t.currency::text AS currency, t.code AS kind,
       graph_milliseconds(t.at) AS at
FROM ledger_transfer AS t
JOIN ledger_account AS payer ON payer.id = t.debit_account_id
JOIN ledger_account AS payee ON payee.id = t.credit_account_id
LEFT JOIN ledger_account AS home ON payer.kind <> 'balance' AND home.owner_id = payer.owner_id
     AND home.currency = payer.currency AND home.kind = 'balance'
WHERE t.action IN ('transfer', 'post') AND payee.kind = 'balance'
  AND (payer.owner_id <> payee.owner_id
       OR (payer.kind = 'mint' AND payer.owner_id IS NULL AND t.code = 'bank.top_up'
           AND payee.owner_id IS NOT NULL));

CREATE OR REPLACE VIEW graph_withdrawal AS
SELECT t.id, 1::bigint AS version, account.id AS account, graph_id(t.note, t.currency) AS channel,
       t.amount, t.currency::text AS currency, graph_milliseconds(t.at) AS at
FROM ledger_transfer AS t
JOIN ledger_account AS account ON account.id = t.debit_account_id AND account.kind = 'balance'
JOIN ledger_account AS bank ON bank.id = t.credit_account_id AND bank.kind = 'mint'
WHERE t.action IN ('transfer', 'post') AND t.code = 'bank.withdraw';

CREATE OR REPLACE VIEW graph_loan AS
SELECT loan.id, COALESCE(shown.version, 1) AS version, loan.borrower_id AS borrower, loan.amount,
       loan.principal AS balance, loan.status::text AS status,
       graph_milliseconds(loan.asked_at) AS created_at
FROM lending_loan AS loan LEFT JOIN graphed_shown AS shown ON shown.id = loan.id;

CREATE OR REPLACE VIEW graph_deposit AS
SELECT t.id, 1::bigint AS version, t.ref AS loan, t.credit_account_id AS account, t.amount,
       graph_milliseconds(t.at) AS at
FROM ledger_transfer AS t WHERE t.code = 'loan.grant' AND t.action = 'transfer';

CREATE OR REPLACE VIEW graph_repayment AS
SELECT t.id, 1::bigint AS version, t.debit_account_id AS account, t.ref AS loan, t.amount,
       graph_milliseconds(t.at) AS at
FROM ledger_transfer AS t WHERE t.code = 'loan.repay' AND t.action = 'transfer';

-- Whoever gave a line that a loan uses, but the lender, stands behind the borrower with as much of
-- it as the loan still needs. That only falls, so it is the version as well. They do so since the
-- grant. Of loans from before statements the date alone is known: its beginning where days begin
-- first, 14 hours before UTC, is never after the grant.
CREATE OR REPLACE VIEW graph_guarantee AS
SELECT graph_id(loan.id::text, line.giver_id::text) AS id,
       (1 + sum(used.amount) - sum(used.outstanding))::bigint AS version,
       line.giver_id AS guarantor, loan.borrower_id AS borrower, loan.id AS loan,
       sum(used.outstanding)::bigint AS amount, sum(used.outstanding) > 0 AS live,
       graph_milliseconds(COALESCE(granted.at, GREATEST(loan.asked_at,
           loan.granted_on::timestamp AT TIME ZONE 'UTC' - interval '14 hours'))) AS at
FROM lending_reservation AS used
JOIN lending_loan AS loan ON loan.id = used.loan_id AND loan.granted_on IS NOT NULL
LEFT JOIN lending_event AS granted ON granted.loan_id = loan.id AND granted.kind = 'granted'
CROSS JOIN LATERAL unnest(used.lines) AS way (line_id)
JOIN trust_line AS line ON line.id = way.line_id AND line.giver_id <> loan.lender_id
GROUP BY loan.id, line.giver_id, granted.at;

CREATE OR REPLACE VIEW graph_device AS
SELECT id, 1::bigint AS version, kind::text AS type, program::text AS program,
       system::text AS system, false AS blocked, graph_milliseconds(created_at) AS created_at
FROM graphed_device;

-- A device signs in to all accounts of its person, also those that are opened later.
CREATE OR REPLACE VIEW graph_sign_in AS
SELECT graph_id(sign_in.id::text, account.id::text) AS id, 1::bigint AS version,
       sign_in.device_id AS device, account.id AS account, graph_milliseconds(sign_in.at) AS at
FROM graphed_signin AS sign_in
JOIN ledger_account AS account ON account.owner_id = sign_in.person_id
     AND account.kind = 'balance';
