-- What ingestion lands, in miniature: `rocky compile --with-seed` takes the types from here, `rocky test` the rows.
CREATE SCHEMA IF NOT EXISTS raw;
CREATE SCHEMA IF NOT EXISTS rivers;
CREATE SCHEMA IF NOT EXISTS history;
CREATE SCHEMA IF NOT EXISTS lab;

CREATE TABLE raw.observations__valid (
    observation_id BIGINT NOT NULL,
    species_code VARCHAR NOT NULL,
    observer_id INTEGER NOT NULL,
    station_id VARCHAR NOT NULL,
    observed_at TIMESTAMP NOT NULL,
    how_many INTEGER,
    comments VARCHAR
);
INSERT INTO raw.observations__valid VALUES
    (1, 'barswa', 10, 'ST1', '2026-05-01 06:10:00', 12, NULL),
    (2, 'barswa', 11, 'ST2', '2026-05-01 07:45:00', 3, 'over the river'),
    (3, 'eurrob1', 10, 'ST1', '2026-05-02 05:55:00', 1, 'singing'),
    (4, 'comkin1', 12, 'ST3', '2026-05-02 08:20:00', NULL, 'heard only'),
    (5, 'comkin1', 10, 'ST3', '2026-05-03 06:30:00', 2, NULL);

CREATE TABLE raw.species (
    species_code VARCHAR NOT NULL,
    common_name VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    mass_g DECIMAL(8, 2),
    revised_at TIMESTAMP NOT NULL
);
INSERT INTO raw.species VALUES
    ('barswa', 'Barn Swallow', 'Hirundinidae', 19.50, '2026-01-01'),
    ('eurrob1', 'European Robin', 'Muscicapidae', 18.20, '2026-01-01'),
    ('comkin1', 'Common Kingfisher', 'Alcedinidae', 34.00, '2026-01-01');
CREATE TABLE history.species (
    species_code VARCHAR NOT NULL,
    common_name VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    mass_g DECIMAL(8, 2),
    revised_at TIMESTAMP NOT NULL,
    valid_from TIMESTAMP NOT NULL,
    valid_to TIMESTAMP
);
INSERT INTO history.species SELECT *, revised_at, NULL FROM raw.species;

CREATE TABLE raw.observers (
    observer_id INTEGER NOT NULL,
    full_name VARCHAR NOT NULL,
    email VARCHAR,
    updated_at TIMESTAMP NOT NULL
);
INSERT INTO raw.observers VALUES
    (10, 'Ada Finch', 'ada@example.org', '2026-02-01'),
    (11, 'Ben Wren', NULL, '2026-02-01'),
    (12, 'Cleo Martin', 'cleo@example.org', '2026-02-01');

CREATE TABLE raw.weather (
    station_id VARCHAR NOT NULL,
    measured_on DATE NOT NULL,
    temperature_c DOUBLE,
    wind_kmh DOUBLE,
    rain_mm DECIMAL(6, 1)
);
INSERT INTO raw.weather VALUES
    ('ST1', '2026-05-01', 11.5, 8.0, 0.0), ('ST1', '2026-05-02', 9.0, 22.0, 4.2),
    ('ST2', '2026-05-01', 12.1, 5.5, 0.0), ('ST3', '2026-05-02', 10.4, 11.0, 1.5), ('ST3', '2026-05-03', NULL, NULL, NULL);

CREATE TABLE rivers.streamflow (
    gauge_id VARCHAR NOT NULL,
    station_id VARCHAR NOT NULL,
    measured_at TIMESTAMP NOT NULL,
    discharge_m3s INTEGER NOT NULL
);
INSERT INTO rivers.streamflow VALUES
    ('G1', 'ST1', '2026-05-01 06:00:00', 31), ('G1', 'ST1', '2026-05-01 18:00:00', 35),
    ('G3', 'ST3', '2026-05-02 06:00:00', 12), ('G3', 'ST3', '2026-05-03 06:00:00', 14);

-- Written by a Python asset that reads stg_weather.
CREATE TABLE lab.comfort (station_id VARCHAR NOT NULL, measured_on DATE NOT NULL, comfort DOUBLE);
INSERT INTO lab.comfort VALUES ('ST1', '2026-05-01', 0.8), ('ST1', '2026-05-02', 0.2), ('ST3', '2026-05-02', 0.5);
