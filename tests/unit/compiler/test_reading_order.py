"""The guess at the order costs no parsing and never leaves out a model that is read by name."""

from rocky_core.compiler.reading_order import Readable, analysis_layers, guess_dependencies


def test_words_of_the_sql_that_name_a_model_or_its_table_are_guessed():
    models = [
        Readable("a", "a", "SELECT 1 AS x"),
        Readable("b", "b_table", 'SELECT x FROM "A"'),
        Readable("c", "c", "SELECT * FROM main.b_table"),
    ]

    assert guess_dependencies(models) == {"a": (), "b": ("a",), "c": ("b",)}


def test_declared_dependencies_count_though_no_word_names_them():
    models = [Readable("a", "a", "SELECT 1"), Readable("b", "b", "SELECT 2", ("a",))]

    assert guess_dependencies(models)["b"] == ("a",)


def test_a_layer_reads_earlier_layers_only():
    assert analysis_layers({"c": ("b", "a"), "b": ("a",), "a": (), "z": ()}) == (("a", "z"), ("b",), ("c",))


def test_a_guessed_circle_is_put_last_and_not_lost():
    assert analysis_layers({"a": ("b",), "b": ("a",), "c": (), "d": ("a",)}) == (("c",), ("a", "b", "d"))
