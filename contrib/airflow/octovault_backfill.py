"""A backfill by Airflow 3: each data interval is fetched by mapped tasks, one a shard, then merged, then pushed to a copy.

Put this file into the DAGs folder. Settings are Airflow variables, read when a task runs:

    octovault_tasks   task ids, separated by spaces
    octovault_shards  how many shares an interval is cut into; 8 unless set, at most 1,024 (Airflow's own limit)
    octovault_window  the length of a window; 1h unless set
    octovault_rate    requests a second of one worker; 2 unless set
    octovault_work    a folder that all workers see; one vault a share lies below it, and `vault`, the whole
    octovault_copy    a copy to push the whole to; none unless set
    octovault_binary  the program; `octovault` unless set

The account is the worker's environment (OCTOPARSE_USERNAME, OCTOPARSE_PASSWORD_FILE, OCTOPARSE_TIME_ZONE …). The pool
`octoparse` bounds how many shares ask at once: its slots times octovault_rate is what the address asks, at most 20.

A past is filled by `airflow backfill create --dag-id octovault_backfill --from-date 2026-01-01 --to-date 2026-04-01`. A task
that is tried again, or runs twice at once, takes nothing that is there, and merging is the same again.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timedelta, timezone

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import Variable, dag, get_current_context, task
from airflow.timetables.interval import CronDataIntervalTimetable

# No second try makes these good: the command line, the credentials, the account or the vault.
HOPELESS = {64, 77, 78}


def run(*words: str) -> dict:
    """Runs the program, and gives the last JSON document that it printed."""
    binary = Variable.get("octovault_binary", default="octovault")
    done = subprocess.run([binary, *words, "--json"], stdout=subprocess.PIPE, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    print(done.stdout)
    if done.returncode in HOPELESS:
        raise AirflowFailException(f"octovault {words[0]} ended with {done.returncode}")
    if done.returncode != 0:
        raise AirflowException(f"octovault {words[0]} ended with {done.returncode}")
    return json.loads(lines[-1]) if lines else {}


def interval() -> tuple[str, str]:
    """The run's data interval as storage time. The DAG's zone is the account's, so that days are the server's."""
    context = get_current_context()
    return tuple(context[key].strftime("%Y-%m-%d %H:%M:%S") for key in ("data_interval_start", "data_interval_end"))


def work(*parts: str) -> str:
    return os.path.join(Variable.get("octovault_work"), *parts)


@dag(
    dag_id="octovault_backfill",
    # A bare cron string makes intervals without length in Airflow 3.
    schedule=CronDataIntervalTimetable("@monthly", timezone="UTC"),
    start_date=datetime(2012, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5)},
    tags=["octovault"],
)
def octovault_backfill():
    @task
    def shards() -> list[int]:
        count = int(Variable.get("octovault_shards", default="8"))
        if not 1 <= count <= 1024:
            raise AirflowFailException(f"octovault_shards is {count}, and a mapped list has at most 1,024 elements")
        return list(range(1, count + 1))

    @task(pool="octoparse", map_index_template="share {{ number }}")
    def share(number: int) -> str:
        get_current_context()["number"] = number
        start, end = interval()
        count = Variable.get("octovault_shards", default="8")
        vault = work("shares", start[:10], f"part-{number}")
        run(
            "backfill", *Variable.get("octovault_tasks").split(), "--from", start, "--to", end,
            "--window", Variable.get("octovault_window", default="1h"), "--shard", f"{number}/{count}",
            "--requests-per-second", Variable.get("octovault_rate", default="2"), "--vault", vault,
        )
        return vault

    @task
    def merge(vaults: list[str]) -> dict:
        # A share without windows made no vault.
        return run("merge", *[vault for vault in vaults if os.path.isdir(vault)], "--vault", work("vault"))

    @task
    def push(merged: dict) -> dict:
        copy = Variable.get("octovault_copy", default="")
        return run("copy", "push", copy, "--vault", work("vault")) if copy else {}

    push(merge(share.expand(number=shards())))


octovault_backfill()
