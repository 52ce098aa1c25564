#!/usr/bin/env bash
# Loads a task's rows into a new PostgreSQL table, every column text: NULL is null or absent, an empty text stays an empty text.
#
#   contrib/recipes/postgres.sh TASK [TABLE]          where to: psql's own variables, such as PGHOST and PGDATABASE
#
# All of it or nothing: also where the restore finds gaps or damage. The columns come from the manifests, in the order of
# the CSV's header, which PostgreSQL compares (HEADER match needs 15 or newer). PostgreSQL has no NUL in a text, and
# shortens names of more than 63 bytes.
set -euo pipefail

export TASK=${1:?which task?}
table=${2:-rows}
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set table="$table" <<SQL
BEGIN;
CREATE TEMPORARY TABLE manifest (place serial, keys json) ON COMMIT DROP;
\copy manifest (keys) FROM PROGRAM 'octovault list "\$TASK" --source storage-time --json' WITH (FORMAT csv, QUOTE e'\x01', DELIMITER e'\x02')
SELECT format('CREATE TABLE %I (%s)', :'table', string_agg(format('%I text', key), ', ' ORDER BY seen))
FROM (
    SELECT key, min(ARRAY[manifest.place, keys.place]) AS seen
    FROM manifest, json_array_elements_text(manifest.keys -> 'columns') WITH ORDINALITY AS keys (key, place)
    GROUP BY key
) AS columns \gexec
\copy "${table//\"/\"\"}" FROM PROGRAM 'octovault restore "\$TASK" --quiet -o -' WITH (FORMAT csv, HEADER match)
COMMIT;
SQL
