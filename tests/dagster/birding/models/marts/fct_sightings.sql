WITH weather AS (
    SELECT station_id, measured_on, temperature_c, conditions
    FROM stg_weather
)
SELECT
    o.observation_id,
    o.species_code,
    s.common_name,
    s.family,
    o.observed_on,
    o.birds,
    o.birds * s.mass_g AS total_mass_g,
    w.temperature_c,
    w.conditions,
    ROW_NUMBER() OVER (PARTITION BY o.species_code ORDER BY o.observed_at) AS nth_sighting
FROM stg_observations AS o
JOIN raw.species AS s ON s.species_code = o.species_code
LEFT JOIN weather AS w ON w.station_id = o.station_id AND w.measured_on = o.observed_on
