-- The bakery's source tables: `rocky test` builds on them, `rocky compile --with-seed` takes their types.
CREATE SCHEMA IF NOT EXISTS raw;

CREATE OR REPLACE TABLE raw.shops (shop_id INTEGER NOT NULL, shop_name VARCHAR NOT NULL, city VARCHAR);
INSERT INTO raw.shops VALUES (1, 'Station ', 'Basel'), (2, 'Market', 'Basel'), (3, 'Mill', NULL);

CREATE OR REPLACE TABLE raw.products (product_id INTEGER NOT NULL, product_name VARCHAR NOT NULL, price DECIMAL(6, 2) NOT NULL);
INSERT INTO raw.products VALUES (1, 'croissant', 1.80), (2, 'baguette', 2.90), (5, 'rye loaf', 4.20);

CREATE OR REPLACE TABLE raw.sales (
    sale_id BIGINT NOT NULL,
    shop_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    sold_at TIMESTAMP NOT NULL,
    quantity INTEGER NOT NULL
);
INSERT INTO raw.sales
SELECT
    n,
    1 + n % 3,
    [1, 2, 5][1 + n % 3],
    TIMESTAMP '2026-03-01 07:00:00' + n * INTERVAL 47 MINUTE,
    1 + n % 4
FROM range(1, 201) AS numbers(n);
