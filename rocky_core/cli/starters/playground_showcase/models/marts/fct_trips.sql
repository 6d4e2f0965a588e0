SELECT
    t.trip_id,
    t.rider_id,
    r.plan,
    s.station_name AS start_station,
    e.station_name AS end_station,
    t.started_at,
    t.minutes,
    CASE r.plan WHEN 'day' THEN 0.25 WHEN 'month' THEN 0.10 ELSE 0.00 END * t.minutes AS price
FROM stg_trips AS t
INNER JOIN stg_riders AS r ON r.rider_id = t.rider_id
INNER JOIN stg_stations AS s ON s.station_id = t.start_station_id
LEFT JOIN stg_stations AS e ON e.station_id = t.end_station_id
WHERE t.started_at >= @start_date AND t.started_at < @end_date
