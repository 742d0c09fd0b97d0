-- What keys of boosts' costs add up to.
-- Grain: key, what. Names: spent (the query), key (by what it is summed).
-- Params: of spent.
SELECT {key} AS key, fact.kind AS kind, sum(fact.spent) AS spent
FROM ({spent}) AS fact
GROUP BY {key}, fact.kind
