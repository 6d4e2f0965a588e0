SELECT
    observer_id,
    full_name,
    LOWER(email) AS email,
    updated_at
FROM raw.observers
