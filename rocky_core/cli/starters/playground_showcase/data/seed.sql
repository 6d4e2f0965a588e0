CREATE SCHEMA IF NOT EXISTS bikes;

CREATE OR REPLACE TABLE bikes.stations (
    station_id INTEGER NOT NULL,
    station_name VARCHAR NOT NULL,
    docks INTEGER NOT NULL,
    place STRUCT(lat DOUBLE, lon DOUBLE)
);
INSERT INTO bikes.stations VALUES
    (1, 'Harbour', 20, {'lat': 47.55, 'lon': 7.59}),
    (2, 'Library', 12, {'lat': 47.56, 'lon': 7.60}),
    (3, 'Gardens', 16, NULL);

CREATE OR REPLACE TABLE bikes.riders (rider_id INTEGER NOT NULL, email VARCHAR, plan VARCHAR NOT NULL);
INSERT INTO bikes.riders SELECT n, 'r' || n || '@example.com', ['day', 'month', 'year'][1 + n % 3] FROM range(1, 31) AS numbers(n);

CREATE OR REPLACE TABLE bikes.trips (
    trip_id BIGINT NOT NULL,
    rider_id INTEGER NOT NULL,
    start_station_id INTEGER NOT NULL,
    end_station_id INTEGER,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
INSERT INTO bikes.trips
SELECT n, 1 + n % 30, 1 + n % 3, CASE WHEN n % 11 = 0 THEN NULL ELSE 1 + (n * 2) % 3 END,
    TIMESTAMP '2026-04-01 06:00:00' + n * INTERVAL 37 MINUTE,
    CASE WHEN n % 11 = 0 THEN NULL ELSE TIMESTAMP '2026-04-01 06:00:00' + n * INTERVAL 37 MINUTE + (5 + n % 50) * INTERVAL 1 MINUTE END
FROM range(1, 301) AS numbers(n);
