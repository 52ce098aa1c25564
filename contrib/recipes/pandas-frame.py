"""The vault's rows as a pandas data frame, all of them in memory: values as they came, no text made a number or a date.

    octovault list TASK --source storage-time --files | python3 -i contrib/recipes/pandas-frame.py

pandas.read_json would make 7 of "007", 1.0 of 1 beside a row without it, and other numbers of large ones. An absent value
is NaN, null is None. The day is in the folder's name: {"vault_date": path.split("vault_date=")[1][:10], **json.loads(line)}.
"""

import gzip
import json
import sys

import pandas

rows = pandas.DataFrame(
    (json.loads(line) for path in sys.stdin.read().splitlines() for line in gzip.open(path)), dtype=object)

print(f"{len(rows):,} rows, {len(rows.columns)} columns")
