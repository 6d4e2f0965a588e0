SELECT
    observer_id,
    full_name,
    LOWER(email) AS email
FROM raw.observers
