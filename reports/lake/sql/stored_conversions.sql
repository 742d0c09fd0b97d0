-- All rows of some files of the lake. Files are older than some columns, and have nothing there.
-- Grain: a version of an event. Reads shape_of_conversions, which has every column and no row.
-- Variables: lake_conversions, the files.
SELECT *
FROM shape_of_conversions
UNION ALL BY NAME
SELECT *
FROM read_parquet(getvariable('lake_conversions'), hive_partitioning = true, union_by_name = true)
