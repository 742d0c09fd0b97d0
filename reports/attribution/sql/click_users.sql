-- The user of the click that a claim without a user names, valid or not: matches asks for a valid
-- one. Grain: claim.
SELECT c.claim AS claim, t.user_id AS user_id
FROM touchpoints AS t
JOIN claims AS c ON c.click_id = t.touchpoint_id
WHERE c.user_id IS NULL AND t.kind = 'click'
