#!/usr/bin/env python3
"""Runs the client `octoparse` from PyPI against the sandbox, and compares the rows that it gets with the true ones.

    octovault sandbox --port 8077 &
    pip install octoparse==1.6.0
    python3 contrib/recipes/octoparse-client.py http://127.0.0.1:8077

It logs in, lists groups and tasks, reads a task by offset, and drains its unexported rows: fetched, then marked. Nothing
leaves this machine. Ends with 1 where rows differ. The client keeps its token in the current folder, so that this works
in a temporary one.
"""

import collections
import json
import os
import sys
import tempfile
import urllib.request


def key(row):
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def main():
    base = sys.argv[1].rstrip("/") + "/"
    os.chdir(tempfile.mkdtemp())
    os.environ.update(OCTOPARSE_USERNAME="sandbox", OCTOPARSE_PASSWORD="sandbox", NO_PROXY="127.0.0.1")
    from octoparse import octoparse as module

    module.BASE_URL = base
    client = module.Octoparse()
    groups = client.list_all_task_groups()
    tasks = [task for group in groups for task in client.list_all_tasks_in_group(group["taskGroupId"])]
    print(f"{len(groups)} groups, {len(tasks)} tasks")
    task = tasks[0]["taskId"]
    with urllib.request.urlopen(f"{base}__sandbox/rows?task={task}") as answer:
        truth = collections.Counter(key(json.loads(line)) for line in answer.read().splitlines())
    by_offset = collections.Counter(key(row) for row in client.get_task_data(task, size=100))
    drained = collections.Counter()
    while True:
        rows = client.get_not_exported_data(task, size=1000)["dataList"]
        if not rows:
            break
        drained.update(key(row) for row in rows)
        client.update_data_status(task)
    for name, rows in (("by offset", by_offset), ("unexported", drained)):
        print(f"{name}: {sum(rows.values())} rows, {'the same' if rows == truth else 'NOT THE SAME'}")
    return 0 if by_offset == truth and drained == truth else 1


if __name__ == "__main__":
    sys.exit(main())
