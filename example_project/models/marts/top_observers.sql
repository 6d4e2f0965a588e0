SELECT
    p.full_name,
    COUNT(*) AS sightings,
    COUNT(DISTINCT o.species_code) AS species,
    MAX(o.observed_on) AS last_seen_on
FROM fct_sightings AS o
JOIN dim_observers AS p USING (observer_id)
GROUP BY ALL
ORDER BY species DESC, sightings DESC
