SELECT
    gauge_id,
    station_id,
    measured_at,
    CAST(measured_at AS DATE) AS measured_on,
    discharge_m3s
FROM rivers.streamflow
