-- Departures and arrivals in one list, then summed: a set operation keeps its lineage.
WITH movements AS (
    SELECT start_station AS station, -1 AS bikes, started_at FROM fct_trips
    UNION ALL
    SELECT end_station, 1, started_at FROM fct_trips WHERE end_station IS NOT NULL
)

SELECT
    station,
    CAST(started_at AS DATE) AS day,
    SUM(bikes) AS balance
FROM movements
GROUP BY station, CAST(started_at AS DATE)
