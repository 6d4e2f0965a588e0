SELECT
    observer_id,
    full_name,
    email,
    updated_at
FROM stg_observers
