-- Only finished trips that are longer than a minute; the threshold can be set: rocky compile --var shortest=5
SELECT
    trip_id,
    rider_id,
    start_station_id,
    end_station_id,
    started_at,
    DATE_DIFF('minute', started_at, ended_at) AS minutes
FROM bikes.trips
WHERE ended_at IS NOT NULL
    AND DATE_DIFF('minute', started_at, ended_at) >= @var(shortest, 1)
