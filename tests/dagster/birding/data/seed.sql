-- What ingestion would land: a few birds, their observers and the weather they were seen in.
CREATE SCHEMA IF NOT EXISTS raw;

CREATE TABLE raw.observations (
    observation_id BIGINT NOT NULL,
    species_code VARCHAR NOT NULL,
    observer_id INTEGER NOT NULL,
    station_id VARCHAR NOT NULL,
    observed_at TIMESTAMP NOT NULL,
    how_many INTEGER,
    comments VARCHAR
);
INSERT INTO raw.observations VALUES
    (1, 'barswa', 10, 'ST1', '2026-05-01 06:10:00', 12, NULL),
    (2, 'barswa', 11, 'ST2', '2026-05-01 07:45:00', 3, 'over the river'),
    (3, 'eurrob1', 10, 'ST1', '2026-05-02 05:55:00', 1, 'singing'),
    (4, 'comkin1', 12, 'ST3', '2026-05-02 08:20:00', NULL, 'heard only'),
    (5, 'comkin1', 10, 'ST3', '2026-05-03 06:30:00', 2, NULL);

CREATE TABLE raw.species (
    species_code VARCHAR NOT NULL,
    common_name VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    mass_g DECIMAL(8, 2)
);
INSERT INTO raw.species VALUES
    ('barswa', 'Barn Swallow', 'Hirundinidae', 19.50),
    ('eurrob1', 'European Robin', 'Muscicapidae', 18.20),
    ('comkin1', 'Common Kingfisher', 'Alcedinidae', 34.00);

CREATE TABLE raw.observers (observer_id INTEGER NOT NULL, full_name VARCHAR NOT NULL, email VARCHAR);
INSERT INTO raw.observers VALUES
    (10, 'Ada Finch', 'ada@example.org'), (11, 'Ben Wren', NULL), (12, 'Cleo Martin', 'cleo@example.org');

CREATE TABLE raw.weather (
    station_id VARCHAR NOT NULL,
    measured_on DATE NOT NULL,
    temperature_c DOUBLE,
    rain_mm DECIMAL(6, 1)
);
INSERT INTO raw.weather VALUES
    ('ST1', '2026-05-01', 11.5, 0.0), ('ST1', '2026-05-02', 9.0, 4.2),
    ('ST2', '2026-05-01', 12.1, 0.0), ('ST3', '2026-05-02', 10.4, 1.5), ('ST3', '2026-05-03', NULL, NULL);
