"""The version that `rocky --version` prints and every JSON answer carries."""

VERSION = "2.0.0.dev0"
