-- What was there before: `manage.py rebuild_graph` brings it to the graph.
INSERT INTO graphed_channel (id, name, currency, created_at)
SELECT graph_id(note, currency), note, currency, min(at) FROM ledger_transfer
WHERE code IN ('bank.top_up', 'bank.withdraw') AND action IN ('transfer', 'post')
GROUP BY note, currency;

INSERT INTO graphed_device (id, kind, program, system, created_at)
SELECT id, 'token', program, system, created_at FROM people_token
UNION ALL SELECT id, 'session', program, system, created_at FROM people_browser;

INSERT INTO graphed_signin (id, device_id, person_id, at)
SELECT graph_id(id::text, person_id::text), id, person_id, created_at FROM people_token
UNION ALL
SELECT graph_id(id::text, person_id::text), id, person_id, created_at FROM people_browser;

UPDATE people_person AS p SET blocked = true, version = version + 1
WHERE EXISTS (SELECT FROM closing_freeze AS f WHERE f.person_id = p.id AND f.lifted_at IS NULL);
