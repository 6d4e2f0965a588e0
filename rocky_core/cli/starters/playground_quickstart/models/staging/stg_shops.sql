SELECT
    shop_id,
    TRIM(shop_name) AS shop_name,
    COALESCE(city, 'unknown') AS city
FROM raw.shops
