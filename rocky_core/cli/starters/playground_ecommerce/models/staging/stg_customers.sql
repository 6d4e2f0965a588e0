SELECT
    customer_id,
    LOWER(email) AS email,
    COALESCE(country, 'unknown') AS country,
    CAST(joined_at AS DATE) AS joined_on
FROM shop.customers
