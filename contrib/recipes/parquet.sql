-- The vault's rows as Parquet, a file or more for each task and day, written by DuckDB into the folder `rows.parquet`.
--
--   duckdb -cmd "SET VARIABLE vault = 'vault'; SET VARIABLE task = 'TASK'" < contrib/recipes/parquet.sql
--
-- TASK may be '*'. The reading is that of duckdb.sql: every value text. To give a column its type, cast it in the SELECT:
-- SELECT * REPLACE (TRY_CAST(price AS DECIMAL(12, 2)) AS price).
COPY (
    SELECT vault_source, vault_task, vault_date, COLUMNS(* EXCLUDE (vault_source, vault_task, vault_date)) ->> '$'
    FROM read_json(
        getvariable('vault') || '/vault_source=storage-time/vault_task=' || getvariable('task') || '/*/*.ndjson.gz',
        format = 'newline_delimited', maximum_depth = 1, sample_size = -1, union_by_name = true, hive_partitioning = true,
        hive_types = {'vault_source': VARCHAR, 'vault_task': VARCHAR, 'vault_date': DATE})
) TO 'rows.parquet' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (vault_source, vault_task, vault_date));
