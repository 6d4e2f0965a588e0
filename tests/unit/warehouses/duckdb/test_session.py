"""What a session must not leave behind in the database."""

from rocky_core.warehouses.duckdb.connect import DuckDBOptions, open_warehouse


def test_the_unread_rows_of_a_limited_query_hold_nothing_back(tmp_path):
    warehouse = open_warehouse(DuckDBOptions(str(tmp_path / "store.duckdb")))
    with warehouse.session() as reader, warehouse.session() as writer:
        writer.execute("CREATE TABLE t AS SELECT range AS i FROM range(1000000)")
        reader.query("SELECT * FROM t", limit=1)

        writer.execute("UPDATE t SET i = i + 1")
        writer.execute("DROP TABLE t")
        writer.execute("CHECKPOINT")  # DuckDB refuses while somebody may still read what was dropped.

        assert reader.query("SELECT 1").rows == ((1,),)
    warehouse.close()
