"""The vault's rows in Spark, read in place: a data frame, every value text (nested values JSON text), absent and null null.

    python3 contrib/recipes/spark.py VAULT TASK          (or spark-submit; TASK may be '*')

The folders become the columns vault_source, vault_task and vault_date; of a condition on vault_date only those folders' rows
are read, after a look into all for their keys, which may differ from row to row. Case matters in keys, so it must here.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

vault, task = sys.argv[1:]
spark = (
    SparkSession.builder.appName("octovault").config("spark.sql.caseSensitive", True)
    .config("spark.sql.sources.partitionColumnTypeInference.enabled", False).getOrCreate())
folder = f"{vault}/vault_source=storage-time/vault_task={task}"
reader = spark.read.option("basePath", vault)
keys = reader.option("primitivesAsString", True).json(folder).schema.names
rows = reader.schema(StructType([StructField(key, StringType()) for key in keys])).json(folder)

rows.groupBy("vault_task", "vault_date").count().orderBy("vault_task", "vault_date").show(1000, truncate=False)
