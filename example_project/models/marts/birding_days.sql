WITH weather AS (
    SELECT station_id, measured_on, temperature_c, conditions
    FROM stg_weather
)
SELECT
    c.observed_on,
    c.station_id,
    c.birds,
    c.sightings,
    w.temperature_c,
    w.conditions,
    k.comfort,
    r.highest_m3s
FROM (
    SELECT observed_on, station_id, SUM(birds) AS birds, SUM(sightings) AS sightings
    FROM fct_daily_counts
    GROUP BY ALL
) AS c
LEFT JOIN weather AS w ON w.station_id = c.station_id AND w.measured_on = c.observed_on
LEFT JOIN lab.comfort AS k ON k.station_id = c.station_id AND k.measured_on = c.observed_on
LEFT JOIN daily_rivers AS r ON r.station_id = c.station_id AND r.measured_on = c.observed_on
