-- Large questions about birds, observers and the weather.
-- sources: nature

-- case: species by month with weather
WITH hourly AS (
    SELECT station_id, date_trunc('hour', measured_at) AS hour, avg(temperature_c) AS temperature, max(wind_speed) AS gust, sum(rain_mm) AS rain FROM nature.weather GROUP BY ALL
)
SELECT p.scientific_name, p.common_names['en'] AS name, monthname(s.seen_on) AS month, count(*) AS sightings, sum(s.bird_count) AS birds, avg(h.temperature) AS temperature,
    max(h.gust) * 3.6 AS gust_kmh, sum(h.rain) AS rain, corr(s.bird_count, h.temperature) AS relation, avg(s.distance_m) AS distance
FROM nature.sightings s JOIN nature.species p USING (species_id)
LEFT JOIN hourly h ON h.station_id = s.station_id AND h.hour = date_trunc('hour', s.seen_at)
GROUP BY ALL
HAVING sum(s.bird_count) > 3
ORDER BY birds DESC;

-- case: first and last day of each species by year
SELECT p.family, p.scientific_name, year(s.seen_on) AS y, min(s.seen_on) AS arrives, max(s.seen_on) AS leaves, max(s.seen_on) - min(s.seen_on) AS stays,
    lag(min(s.seen_on)) OVER (PARTITION BY p.scientific_name ORDER BY year(s.seen_on)) AS arrived_before,
    dayofyear(min(s.seen_on)) - lag(dayofyear(min(s.seen_on))) OVER (PARTITION BY p.scientific_name ORDER BY year(s.seen_on)) AS shift,
    regr_slope(dayofyear(min(s.seen_on)), year(s.seen_on)) OVER (PARTITION BY p.scientific_name) AS trend
FROM nature.sightings s, nature.species p
WHERE s.species_id = p.species_id
GROUP BY p.family, p.scientific_name, year(s.seen_on);

-- case: observers ranked by species and rarity
WITH rarity AS (
    SELECT species_id, 1.0 / count(*) AS weight, count(DISTINCT observer_id) AS observers FROM nature.sightings GROUP BY species_id
)
SELECT o.nickname, o.home.place AS place, count(DISTINCT s.species_id) AS species, sum(r.weight) AS rarity, rank() OVER (ORDER BY count(DISTINCT s.species_id) DESC) AS place_by_species,
    rank() OVER (ORDER BY sum(r.weight) DESC) AS place_by_rarity, list(DISTINCT p.family ORDER BY p.family) AS families, current_date - o.joined_on AS days_member,
    count(*) / nullif(current_date - o.joined_on, 0) AS per_day, bool_and(coalesce(s.verified, false)) AS all_verified, max(p.status) AS worst_status
FROM nature.observers o JOIN nature.sightings s USING (observer_id) JOIN rarity r USING (species_id) JOIN nature.species p USING (species_id)
GROUP BY o.observer_id, o.nickname, o.home, o.joined_on
ORDER BY rarity DESC;

-- case: distance from home by great circle
SELECT s.sighting_id, o.nickname, 2 * 6371 * asin(sqrt(
        power(sin(radians(s.latitude - o.home.lat) / 2), 2) + cos(radians(o.home.lat)) * cos(radians(s.latitude)) * power(sin(radians(s.longitude - o.home.lon) / 2), 2)
    )) AS kilometres, round(s.latitude, 1) AS cell_lat, floor(s.longitude * 10) / 10 AS cell_lon, s.latitude::DECIMAL(8, 5) AS exact,
    {'lat': s.latitude, 'lon': s.longitude} AS point, [s.latitude, s.longitude] AS pair, array_value(s.latitude, s.longitude) AS pair_array, sign(s.latitude)::INT AS hemisphere
FROM nature.sightings s JOIN nature.observers o USING (observer_id)
QUALIFY row_number() OVER (PARTITION BY o.observer_id ORDER BY kilometres DESC) = 1;

-- case: running list of new species of each observer
WITH firsts AS (SELECT observer_id, species_id, min(seen_at) AS first_at FROM nature.sightings GROUP BY ALL)
SELECT observer_id, species_id, first_at, count(*) OVER w AS life_list, first_at - lag(first_at) OVER w AS wait, date_part('year', first_at) AS y,
    row_number() OVER (PARTITION BY observer_id, year(first_at) ORDER BY first_at) AS nth_of_year, list(species_id) OVER w AS species_so_far
FROM firsts WINDOW w AS (PARTITION BY observer_id ORDER BY first_at)
ORDER BY observer_id, life_list;

-- case: weather in running means
SELECT station_id, measured_at, temperature_c, avg(temperature_c) OVER day AS day_mean, min(temperature_c) OVER day AS low, max(temperature_c) OVER day - min(temperature_c) OVER day AS swing,
    temperature_c - avg(temperature_c) OVER (PARTITION BY station_id, month(measured_at)) AS anomaly, sum(rain_mm) OVER (PARTITION BY station_id ORDER BY measured_at RANGE BETWEEN INTERVAL 24 HOURS PRECEDING AND CURRENT ROW) AS rain_24h,
    pressure_hpa - lag(pressure_hpa, 3) OVER (PARTITION BY station_id ORDER BY measured_at) AS tendency, humidity / 100 AS share, humidity * 2 AS doubled,
    13.12 + 0.6215 * temperature_c - 11.37 * power(wind_speed * 3.6, 0.16) AS chill, temperature_c * 9 / 5 + 32 AS fahrenheit, temperature_c * 1.8 + 32 AS fahrenheit_exact
FROM nature.weather
WINDOW day AS (PARTITION BY station_id, measured_at::DATE);

-- case: frost days in a row
WITH daily AS (SELECT station_id, measured_at::DATE AS day, min(temperature_c) AS low, max(temperature_c) AS high FROM nature.weather GROUP BY ALL),
grouped AS (SELECT *, day - (row_number() OVER (PARTITION BY station_id ORDER BY day))::INTEGER AS block FROM daily WHERE low < 0)
SELECT t.station_name, t.altitude_m, min(g.day) AS from_day, count(*) AS days, min(g.low) AS coldest, avg(g.high) AS mean_high, sum(g.low) AS degree_days,
    count(*) = max(count(*)) OVER (PARTITION BY g.station_id) AS is_longest, t.altitude_m * 3.28084 AS feet, t.position.lat AS lat
FROM grouped g JOIN nature.stations t USING (station_id)
GROUP BY g.station_id, t.station_name, t.altitude_m, t.position, g.block
HAVING count(*) >= 3;

-- case: wind rose by pivot
SELECT * FROM (
    SELECT station_id, CASE WHEN wind_direction BETWEEN 45 AND 134 THEN 'E' WHEN wind_direction BETWEEN 135 AND 224 THEN 'S' WHEN wind_direction BETWEEN 225 AND 314 THEN 'W' ELSE 'N' END AS sector, wind_speed
    FROM nature.weather
) PIVOT (avg(wind_speed) AS mean, count(*) AS n FOR sector IN ('N', 'E', 'S', 'W') GROUP BY station_id);

-- case: rings found again
SELECT r.ring_code, p.scientific_name, r.found_at - r.ringed_at AS wore, age(r.found_at, r.ringed_at) AS aged, date_diff('day', r.ringed_at, r.found_at) AS days,
    coalesce(r.found_at, now()::TIMESTAMP) AS until, CASE r.sex WHEN 'm' THEN 'male' WHEN 'f' THEN 'female' ELSE 'unknown' END AS sex, r.measurements[1][1] AS wing, len(r.measurements) AS times,
    list_transform(r.measurements, lambda m: list_avg(m)) AS means, flatten(r.measurements) AS all_values, list_sum(flatten(r.measurements)) AS total, p.wingspan_cm[2] - p.wingspan_cm[1] AS span_range
FROM nature.rings r LEFT JOIN nature.species p ON p.species_id = r.species_id
ORDER BY wore DESC NULLS LAST;

-- case: clouds exploded
SELECT w.station_id, w.measured_at, c.layer.height, c.layer.cover, c.layer.height * 0.3048 AS metres, sum(c.layer.cover) OVER (PARTITION BY w.station_id, w.measured_at) AS total_cover,
    list_min([l.height FOR l IN w.cloud_layers]) AS base, list_filter(w.cloud_layers, lambda l: l.cover >= 5) AS thick, w.cloud_layers[1].height AS lowest
FROM nature.weather w, unnest(w.cloud_layers) AS c(layer);

-- case: diversity of each station
WITH counts AS (
    SELECT station_id, species_id, sum(bird_count) AS n FROM nature.sightings WHERE station_id IS NOT NULL GROUP BY ALL
), shares AS (SELECT *, n / sum(n) OVER (PARTITION BY station_id) AS p FROM counts)
SELECT t.station_name, count(*) AS richness, -sum(p * ln(p)) AS shannon, 1 - sum(p * p) AS simpson, -sum(p * ln(p)) / nullif(ln(count(*)), 0) AS evenness, max(n) AS most, arg_max(species_id, n) AS commonest,
    sum(n) AS birds, sum(n) / count(*) AS per_species
FROM shares JOIN nature.stations t USING (station_id)
GROUP BY t.station_name
ORDER BY shannon DESC;

-- case: species together at one place and day
SELECT a.species_id AS one, b.species_id AS other, count(DISTINCT (a.station_id, a.seen_on)) AS together, count(*) AS pairs, min(abs(date_diff('minute', a.seen_at, b.seen_at))) AS closest,
    avg(a.bird_count + b.bird_count) AS mean_birds, max(a.bird_count * b.bird_count) AS product, max(a.distance_m - b.distance_m) AS gap
FROM nature.sightings a JOIN nature.sightings b ON a.station_id = b.station_id AND a.seen_on = b.seen_on AND a.species_id < b.species_id
GROUP BY a.species_id, b.species_id
HAVING together > 5;

-- case: protected species by status and habitat
SELECT p.status, h.habitat, count(*) AS species, avg(p.mass_g) AS mean_mass, max(p.mass_g) / 1000 AS heaviest_kg, p.status IN ('vulnerable', 'endangered') AS threatened,
    sum(count(*)) OVER (PARTITION BY p.status) AS of_status, list(p.scientific_name ORDER BY p.mass_g DESC)[1] AS largest, upper(p.status::VARCHAR) AS loud, string_agg(p.family, '; ' ORDER BY p.family) AS families
FROM nature.species p LEFT JOIN LATERAL unnest(p.habitats) AS h(habitat) ON true
GROUP BY p.status, h.habitat
ORDER BY p.status, species DESC;

-- case: days without records, filled in
WITH RECURSIVE days(day) AS (
    SELECT DATE '2024-01-01' UNION ALL SELECT CAST(day + INTERVAL 1 DAY AS DATE) FROM days WHERE day < DATE '2024-12-31'
), counts AS (SELECT seen_on, count(*) AS n, sum(bird_count) AS birds FROM nature.sightings GROUP BY seen_on)
SELECT d.day, coalesce(c.n, 0) AS n, coalesce(c.birds, 0) AS birds, c.n IS NULL AS empty, last_value(c.n IGNORE NULLS) OVER (ORDER BY d.day) AS carried,
    avg(coalesce(c.n, 0)) OVER (ORDER BY d.day ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING) AS smooth, count(c.n) OVER (PARTITION BY month(d.day)) AS days_with, yearweek(d.day) AS week
FROM days d LEFT JOIN counts c ON c.seen_on = d.day;

-- case: three kinds of activity in one timeline
SELECT happened, kind, subject, amount, row_number() OVER (ORDER BY happened) AS nth FROM (
    SELECT seen_at AS happened, 'sighting' AS kind, sighting_id::VARCHAR AS subject, bird_count AS amount FROM nature.sightings
    UNION ALL SELECT ringed_at, 'ringing', ring_code, 1 FROM nature.rings
    UNION ALL SELECT measured_at::TIMESTAMP, 'weather', 'station ' || station_id, temperature_c FROM nature.weather
    UNION ALL SELECT joined_on, 'joined', nickname, NULL FROM nature.observers
) AS timeline
ORDER BY happened
LIMIT 1000;

-- case: behaviours counted by hour
SELECT hour(s.seen_at) AS hour, b.behaviour, count(*) AS n, count(*) / sum(count(*)) OVER (PARTITION BY hour(s.seen_at)) AS share, sum(s.bird_count) AS birds,
    max(len(s.behaviours)) AS most_at_once, bool_or('singing' IN s.behaviours) AS singing, count(*) FILTER (WHERE list_contains(s.behaviours, 'feeding')) AS also_feeding
FROM nature.sightings s CROSS JOIN unnest(s.behaviours) AS b(behaviour)
GROUP BY hour(s.seen_at), b.behaviour
ORDER BY hour, n DESC;

-- case: records that no second observer confirmed
SELECT s.sighting_id, s.species_id, s.seen_on,
    NOT EXISTS (SELECT 1 FROM nature.sightings t WHERE t.species_id = s.species_id AND t.observer_id <> s.observer_id AND t.seen_on BETWEEN s.seen_on - 3 AND s.seen_on + 3) AS alone,
    (SELECT max(t.seen_on) FROM nature.sightings t WHERE t.species_id = s.species_id AND t.seen_on < s.seen_on) AS seen_before,
    s.seen_on - (SELECT max(t.seen_on) FROM nature.sightings t WHERE t.species_id = s.species_id AND t.seen_on < s.seen_on) AS days_since,
    (SELECT count(*) FROM nature.sightings t WHERE t.species_id = s.species_id) AS records, s.bird_count > ALL (SELECT bird_count FROM nature.sightings t WHERE t.species_id = s.species_id AND t.sighting_id <> s.sighting_id) AS largest
FROM nature.sightings s
WHERE s.verified IS NOT TRUE;
