"""A translator that a defs.yaml names."""

from dagster_rocky import RockyDagsterTranslator


class Owned(RockyDagsterTranslator):
    """Everything belongs to one team."""

    def get_asset_spec(self, props):
        return super().get_asset_spec(props).replace_attributes(owners=["team:birds"])


NOT_ONE = 1
