-- What can be taken back, and as which kind its refund counts: a refund of an order is no refund of a
-- deposit. What is not here, a visit for example, cannot be taken back. Grain: kind.
SELECT v.kind AS kind, v.refund_kind AS refund_kind
FROM (VALUES ('order', 'refund'), ('presale_deposit', 'deposit_refund')) AS v (kind, refund_kind)
