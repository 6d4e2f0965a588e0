CREATE SCHEMA nature;
CREATE TABLE nature.species (
    species_id INTEGER PRIMARY KEY,
    scientific_name VARCHAR NOT NULL,
    common_names MAP(VARCHAR, VARCHAR),
    family VARCHAR,
    mass_g REAL,
    wingspan_cm REAL[2],
    status ENUM ('least concern', 'near threatened', 'vulnerable', 'endangered'),
    habitats VARCHAR[]
);
CREATE TABLE nature.observers (
    observer_id INTEGER PRIMARY KEY,
    nickname VARCHAR,
    joined_on DATE,
    home STRUCT(place VARCHAR, lat DOUBLE, lon DOUBLE)
);
CREATE TABLE nature.sightings (
    sighting_id BIGINT PRIMARY KEY,
    species_id INTEGER NOT NULL,
    observer_id INTEGER NOT NULL,
    station_id SMALLINT,
    seen_at TIMESTAMP NOT NULL,
    seen_on DATE NOT NULL,
    bird_count USMALLINT,
    latitude DOUBLE NOT NULL,
    longitude DOUBLE NOT NULL,
    distance_m DECIMAL(7,2),
    behaviours VARCHAR[],
    verified BOOLEAN
);
CREATE TABLE nature.stations (
    station_id SMALLINT PRIMARY KEY,
    station_name VARCHAR NOT NULL,
    altitude_m SMALLINT,
    position STRUCT(lat DOUBLE, lon DOUBLE)
);
CREATE TABLE nature.weather (
    station_id SMALLINT NOT NULL,
    measured_at TIMESTAMP WITH TIME ZONE NOT NULL,
    temperature_c DECIMAL(4,1),
    humidity UTINYINT,
    wind_speed FLOAT,
    wind_direction USMALLINT,
    pressure_hpa DECIMAL(6,2),
    rain_mm DECIMAL(5,2),
    cloud_layers STRUCT(height INTEGER, cover TINYINT)[]
);
CREATE TABLE nature.rings (
    ring_code VARCHAR PRIMARY KEY,
    species_id INTEGER NOT NULL,
    ringed_at TIMESTAMP NOT NULL,
    found_at TIMESTAMP,
    sex CHAR(1),
    measurements DOUBLE[][]
);
