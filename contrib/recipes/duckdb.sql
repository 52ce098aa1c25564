-- The vault's rows in DuckDB, read in place: a view `rows`, every value text (nested values JSON text), absent ones NULL.
--
--   duckdb -cmd "SET VARIABLE vault = 'vault'; SET VARIABLE task = 'TASK'" < contrib/recipes/duckdb.sql
--
-- TASK may be '*'. The folders become the columns vault_source, vault_task and vault_date; of a condition on vault_date only
-- those folders' rows are read, after a look into all for their keys. maximum_depth keeps DuckDB from making dates and
-- numbers of texts; sample_size sees keys that come late. Many questions are quicker on a table: CREATE TABLE … AS FROM rows.
CREATE OR REPLACE VIEW rows AS
SELECT vault_source, vault_task, vault_date, COLUMNS(* EXCLUDE (vault_source, vault_task, vault_date)) ->> '$'
FROM read_json(
    getvariable('vault') || '/vault_source=storage-time/vault_task=' || getvariable('task') || '/*/*.ndjson.gz',
    format = 'newline_delimited', maximum_depth = 1, sample_size = -1, union_by_name = true, hive_partitioning = true,
    hive_types = {'vault_source': VARCHAR, 'vault_task': VARCHAR, 'vault_date': DATE});

SELECT vault_task, vault_date, count(*) AS rows FROM rows GROUP BY ALL ORDER BY ALL;
