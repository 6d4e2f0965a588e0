-- One row per receipt line. Try a typo in a column name here and run `rocky compile --with-seed`.
SELECT
    s.sale_id,
    s.shop_id,
    s.product_id,
    CAST(s.sold_at AS DATE) AS sale_date,
    s.quantity,
    CAST(s.quantity * p.price AS DECIMAL(12, 2)) AS revenue
FROM raw.sales AS s
INNER JOIN raw.products AS p ON p.product_id = s.product_id
