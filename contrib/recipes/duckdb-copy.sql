-- The rows of a copy in DuckDB, read where it lies: a bucket, or a folder. By the manifests, so that archives that were
-- replaced and are still in the copy do not count. A view `rows`, every value text, as in duckdb.sql.
--
--   duckdb -cmd "SET VARIABLE copy = 's3://bucket/octovault'; SET VARIABLE task = 'TASK'" < contrib/recipes/duckdb-copy.sql
--
-- For a bucket, before it: INSTALL httpfs; LOAD httpfs; CREATE SECRET (TYPE s3, KEY_ID '…', SECRET '…', REGION '…').
-- Another store than Amazon's: ENDPOINT 'host:port', URL_STYLE 'path', USE_SSL false.
CREATE OR REPLACE TABLE manifests AS
SELECT filename, "window", rows, archive.file AS archive, replaces
FROM read_json(
    getvariable('copy') || '/vault_source=storage-time/vault_task=' || getvariable('task') || '/*/_*.manifest.json',
    format = 'newline_delimited', filename = true, hive_partitioning = false,
    columns = {
        "window": 'STRUCT("from" VARCHAR, "to" VARCHAR)', rows: 'BIGINT', archive: 'STRUCT(file VARCHAR)',
        replaces: 'VARCHAR[]'});

-- Archives that a manifest names which no compacted day stands for.
SET VARIABLE archives = (
    SELECT list(regexp_replace(filename, '[^/]*$', '') || archive ORDER BY filename)
    FROM manifests
    WHERE archive IS NOT NULL AND regexp_replace(filename, '^.*/', '') NOT IN (SELECT unnest(replaces) FROM manifests));

CREATE OR REPLACE VIEW rows AS
SELECT vault_source, vault_task, vault_date, COLUMNS(* EXCLUDE (vault_source, vault_task, vault_date)) ->> '$'
FROM read_json(
    getvariable('archives'), format = 'newline_delimited', maximum_depth = 1, sample_size = -1, union_by_name = true,
    hive_partitioning = true, hive_types = {'vault_source': VARCHAR, 'vault_task': VARCHAR, 'vault_date': DATE});

SELECT count(*) AS rows, (SELECT sum(rows) FROM manifests WHERE archive IS NOT NULL
    AND regexp_replace(filename, '^.*/', '') NOT IN (SELECT unnest(replaces) FROM manifests)) AS promised FROM rows;
