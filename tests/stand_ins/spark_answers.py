"""Spark itself, in one process, for what Databricks shares with it; run by the interpreter of its own environment.

Each line of the input is a statement to parse or to run, each line of the output what came of it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.catalogImplementation": "in-memory",
}


def answer(spark: SparkSession, asked: dict) -> dict:
    try:
        if asked["do"] == "parse":
            spark._jsparkSession.sessionState().sqlParser().parsePlan(asked["sql"])
            return {}
        frame = spark.sql(asked["sql"])
        names = [[one.name, one.dataType.simpleString()] for one in frame.schema.fields]
        rows = [[value if isinstance(value, int) else str(value) for value in row] for row in frame.collect()]
    except PySparkException as error:
        return {"class": error.getCondition(), "state": error.getSqlState(), "message": str(error)}
    return {"columns": names, "rows": rows}


def main(folder: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What Spark prints is no answer.
    Path(folder, "log4j2.properties").write_text("rootLogger.level = off\n", encoding="utf-8")
    builder = SparkSession.builder.master("local[1]").config("spark.sql.warehouse.dir", f"{folder}/warehouse")
    builder = builder.config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={folder}/log4j2.properties")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    for line in sys.stdin:
        answers.write(json.dumps(answer(spark, json.loads(line))) + "\n")
        answers.flush()
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
