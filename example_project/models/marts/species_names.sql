SELECT
    species_code,
    common_name,
    valid_from,
    valid_to,
    valid_to IS NULL AS is_current
FROM history.species
