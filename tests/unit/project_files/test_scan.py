"""What there is below a models directory."""

from __future__ import annotations

import os
from pathlib import Path

from rocky_core.project_files.models_glob import glob_expression
from rocky_core.project_files.scan import scan_models


def scan(root, **arguments):
    return scan_models(Path(root, "models"), root, **arguments)


def refused(found):
    return [(diagnostic.code, diagnostic.span.file, diagnostic.message) for diagnostic in found.diagnostics]


def test_files_are_put_together_by_stem_sorted_parents_first(project):
    root = project(
        {
            "models/z.sql": "",
            "models/z.toml": "",
            "models/z.contract.toml": "",
            "models/a.rocky": "",
            "models/b.sql": "",
            "models/marts/m.sql": "",
            "models/marts/_defaults.toml": "",
            "models/marts/test_definitions.toml": "",
            "models/marts/groups/gold.toml": "",
            "models/only_metadata/_defaults.toml": "",
            "models/.hidden/h.sql": "",
            "models/marts/lost.contract.toml": "",
            "models/readme.md": "",
        }
    )
    found = scan(root)

    assert [
        (
            directory.directory,
            [
                (model.source.file, model.is_dsl, model.sidecar is not None, model.contract is not None)
                for model in directory.models
            ],
            [file.file for file in directory.shared_files],
            [file.file for file in directory.orphan_contracts],
        )
        for directory in found.directories
    ] == [
        (
            "models",
            [
                ("models/b.sql", False, False, False),
                ("models/z.sql", False, True, True),
                ("models/a.rocky", True, False, False),
            ],
            [],
            [],
        ),
        ("models/.hidden", [("models/.hidden/h.sql", False, False, False)], [], []),
        (
            "models/marts",
            [("models/marts/m.sql", False, False, False)],
            [
                "models/marts/_defaults.toml",
                "models/marts/test_definitions.toml",
                "models/marts/groups/gold.toml",
            ],
            ["models/marts/lost.contract.toml"],
        ),
    ]
    assert found.diagnostics == ()


def test_a_stamp_changes_when_the_file_does(project):
    root = project({"models/a.sql": "SELECT 1"})
    before = scan(root).directories[0].models[0].source.stamp
    Path(root, "models/a.sql").write_text("SELECT 22")

    assert scan(root).directories[0].models[0].source.stamp != before
    assert scan(root) == scan(root)


def test_a_missing_directory_holds_nothing(project):
    assert scan(project({})).directories == ()


def test_links_are_followed_inside_the_project_only(project, tmp_path):
    root = project({"models/a.sql": "", "shared/s.sql": ""})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "o.sql").write_text("")
    Path(root / "models/inside").symlink_to("../shared")
    Path(root / "models/out_dir").symlink_to(outside)
    Path(root / "models/out.sql").symlink_to(outside / "o.sql")
    Path(root / "models/broken.sql").symlink_to("nowhere.sql")
    found = scan(root)

    assert [directory.directory for directory in found.directories] == ["models", "models/inside"]
    assert sorted(refused(found)) == [
        ("E054", "models/broken.sql", "'models/broken.sql' cannot be read: No such file or directory"),
        ("E054", "models/out.sql", "'models/out.sql' is a link that leaves the project"),
        ("E054", "models/out_dir", "'models/out_dir' is a link that leaves the project"),
    ]


def test_links_in_a_circle_are_cut(project):
    root = project({"models/a.sql": "", "models/deep/b.sql": ""})
    Path(root / "models/deep/up").symlink_to("..")
    Path(root / "models/loop.sql").symlink_to("loop.sql")
    Path(root / "models/loop").symlink_to("loop")
    found = scan(root)

    assert [directory.directory for directory in found.directories] == ["models", "models/deep"]
    assert sorted(refused(found)) == [
        ("E054", "models/deep/up", "'models/deep/up' is a link that leads back to a directory above it"),
        ("E054", "models/loop", "'models/loop' cannot be read: Too many levels of symbolic links"),
        ("E054", "models/loop.sql", "'models/loop.sql' cannot be read: Too many levels of symbolic links"),
    ]


def test_a_pipe_is_not_opened(project):
    root = project({"models/a.sql": ""})
    os.mkfifo(root / "models/p.sql")

    assert refused(scan(root)) == [("E054", "models/p.sql", "'models/p.sql' is not a regular file")]


def test_models_outside_of_the_project_are_refused(project):
    root = project({"models/a.sql": "", "inner/rocky.toml": ""})
    found = scan_models(root / "models", root / "inner")

    assert (found.directories, refused(found)) == ((), [("E054", "../models", "'../models' lies outside the project")])


def test_a_directory_tree_without_end_is_cut(project):
    deep = "/".join(["d"] * 70)
    found = scan(project({f"models/{deep}/a.sql": "", "models/b.sql": ""}))

    assert [directory.directory for directory in found.directories] == ["models"]
    assert [code for code, _, _ in refused(found)] == ["E054"]


def test_a_glob_leaves_other_models_out(project):
    root = project({"models/a.sql": "", "models/x/b.sql": "", "models/x/_defaults.toml": ""})
    pattern = glob_expression("models/x/*.sql")
    found = scan(root, keep=lambda file: pattern.fullmatch(file) is not None)

    assert [model.source.file for directory in found.directories for model in directory.models] == ["models/x/b.sql"]
