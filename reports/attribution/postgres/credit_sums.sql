-- CreditSum: what the credit facts of report days add up to without note, listing and level.
-- Grain: report day, boost, placement, kind of store, kind, model, window, whether the value is known.
-- Params: report_days, first_on, last_on (the days they are of).
INSERT INTO reports_creditsum ("on", report_day_id, "row", merchant_id, boost_id, placement,
    store_kind, kind, model, window_days, credit_micro, value_fen)
SELECT f."on", f.report_day_id, row_number() OVER (PARTITION BY f.report_day_id), f.merchant_id,
    f.boost_id, f.placement, f.store_kind, f.kind, f.model, f.window_days,
    sum(f.credit_micro), sum(f.value_fen)
FROM reports_creditfact AS f
WHERE f.report_day_id = ANY(%(report_days)s) AND f."on" BETWEEN %(first_on)s AND %(last_on)s
GROUP BY f."on", f.report_day_id, f.merchant_id, f.boost_id, f.placement, f.store_kind, f.kind,
    f.model, f.window_days, f.value_fen IS NULL
