SELECT
    observation_id,
    species_code,
    observer_id,
    station_id,
    observed_at,
    CAST(observed_at AS DATE) AS observed_on,
    -- An observer who only heard the bird leaves the count empty; it was at least one.
    COALESCE(how_many, 1) AS birds,
    how_many IS NULL AS heard_only
FROM raw.observations__valid
