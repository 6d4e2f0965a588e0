-- What each shop takes per day, and how that compares with the day before.
WITH per_day AS (
    SELECT
        shop_id,
        sale_date,
        SUM(quantity) AS items,
        SUM(revenue) AS revenue
    FROM stg_sales
    GROUP BY shop_id, sale_date
)

SELECT
    d.sale_date,
    s.shop_name,
    s.city,
    d.items,
    d.revenue,
    d.revenue - LAG(d.revenue) OVER (PARTITION BY d.shop_id ORDER BY d.sale_date) AS change_to_day_before
FROM per_day AS d
INNER JOIN stg_shops AS s ON s.shop_id = d.shop_id
