SELECT
    station_id,
    measured_on,
    MIN(discharge_m3s) AS lowest_m3s,
    MAX(discharge_m3s) AS highest_m3s
FROM stg_streamflow
GROUP BY ALL
