SELECT *
FROM events
QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY seen_at DESC) = 1
