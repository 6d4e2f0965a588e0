SELECT
    station_id,
    measured_on,
    temperature_c,
    wind_kmh,
    COALESCE(rain_mm, 0) AS rain_mm,
    CASE
        WHEN rain_mm IS NULL THEN 'unknown'
        WHEN rain_mm = 0 THEN 'dry'
        WHEN rain_mm < 3 THEN 'wet'
        ELSE 'soaked'
    END AS conditions
FROM raw.weather
