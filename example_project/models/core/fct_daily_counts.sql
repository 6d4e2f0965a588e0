SELECT
    observed_on,
    station_id,
    common_name,
    COUNT(*) AS sightings,
    SUM(birds) AS birds
FROM fct_sightings
WHERE observed_on >= @start_date AND observed_on < @end_date
GROUP BY observed_on, station_id, common_name
