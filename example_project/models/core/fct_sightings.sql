SELECT
    o.observation_id,
    o.species_code,
    s.common_name,
    s.family,
    o.observer_id,
    o.station_id,
    o.observed_at,
    o.observed_on,
    o.birds,
    o.birds * s.mass_g AS total_mass_g
FROM stg_observations AS o
JOIN stg_species AS s ON s.species_code = o.species_code
