"""The vault's rows as a polars frame, read lazily: every value text (nested values JSON text), absent and null null.

    octovault list TASK --source storage-time --json | python3 -i contrib/recipes/polars-frame.py

Polars takes the keys of the first file for those of all, and leaves others out without a word; so they come from the
manifests, which name the files, too. The folders' names become the columns vault_source, vault_task and vault_date.
"""

import json
import os
import sys

import polars

files, columns = [], {}
for manifest in map(json.loads, sys.stdin):
    columns.update(dict.fromkeys(manifest["columns"], polars.String))
    if manifest["archive"]:
        files.append(os.path.join(os.path.dirname(manifest["path"]), manifest["archive"]["file"]))
folders = "vault_source=(?<vault_source>[^/]+)/vault_task=(?<vault_task>[^/]+)/vault_date=(?<vault_date>[^/]+)/[^/]+$"
rows = polars.scan_ndjson(files, schema=columns, include_file_paths="vault_file").with_columns(
    polars.col("vault_file").str.extract_groups(folders)).unnest("vault_file")

print(rows.group_by("vault_task", "vault_date").len().sort("vault_task", "vault_date").collect())
