SELECT
    species_code,
    common_name,
    family,
    mass_g
FROM raw.species
