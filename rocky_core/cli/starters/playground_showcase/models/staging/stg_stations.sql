---toml
intent = "The stations; this model keeps its settings in front matter instead of a sidecar."
---
SELECT station_id, station_name, docks, place.lat AS latitude, place.lon AS longitude
FROM bikes.stations
