"""The `models` glob of a pipeline."""

from __future__ import annotations

import pytest

from rocky_core.project_files.models_glob import escapes_root, glob_base, glob_expression


@pytest.mark.parametrize(
    ("pattern", "base"),
    [
        ("models/**", "models"),
        ("models/marts/**/*.sql", "models/marts"),
        ("**/*.sql", "models"),
        ("models/one.sql", "models"),
        ("one.sql", "."),
        ("./a/b/*", "a/b"),
        ("models", "models"),
    ],
)
def test_the_base_is_what_stands_before_the_first_wildcard(pattern, base):
    assert glob_base(pattern) == base


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("models/**", "models/a.sql", True),
        ("models/**", "models/x/y/a.sql", True),
        ("models/**", "other/a.sql", False),
        ("models/*.sql", "models/a.sql", True),
        ("models/*.sql", "models/x/a.sql", False),
        ("models/**/*.sql", "models/a.sql", True),
        ("models/**/*.sql", "models/x/y/a.sql", True),
        ("models/**/m_?.sql", "models/x/m_1.sql", True),
        ("models/**/m_?.sql", "models/x/m_12.sql", False),
        ("models/[ab].sql", "models/a.sql", True),
        ("models/[!ab].sql", "models/a.sql", False),
        ("models/A.sql", "models/a.sql", False),
        ("models/*", "models/.hidden.sql", True),
        ("models", "models/x/a.sql", True),
        ("models/a+b.sql", "models/a+b.sql", True),
    ],
)
def test_a_star_stays_within_a_directory_and_two_do_not(pattern, path, matches):
    assert (glob_expression(pattern).fullmatch(path) is not None) is matches


@pytest.mark.parametrize(
    ("pattern", "escapes"),
    [
        ("models/**", False),
        ("../models/**", True),
        ("/etc/**", True),
        ("a/../b", False),
        ("a/../../b", True),
        ("~/x", True),
    ],
)
def test_a_glob_must_stay_inside_the_project(pattern, escapes):
    assert escapes_root(pattern) is escapes
