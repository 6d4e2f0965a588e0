CREATE SCHEMA IF NOT EXISTS shop;

CREATE OR REPLACE TABLE shop.customers (
    customer_id INTEGER NOT NULL,
    email VARCHAR NOT NULL,
    country VARCHAR,
    joined_at TIMESTAMP NOT NULL
);
INSERT INTO shop.customers
SELECT n, 'c' || n || '@example.com', CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN 'CH' WHEN 2 THEN 'FR' ELSE 'DE' END,
    TIMESTAMP '2025-01-01 00:00:00' + n * INTERVAL 3 DAY
FROM range(1, 41) AS numbers(n);

CREATE OR REPLACE TABLE shop.orders (
    order_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    ordered_at TIMESTAMP NOT NULL,
    status VARCHAR NOT NULL
);
INSERT INTO shop.orders
SELECT n, 1 + (n * 7) % 40, TIMESTAMP '2025-06-01 08:00:00' + n * INTERVAL 5 HOUR,
    CASE n % 9 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'returned' ELSE 'paid' END
FROM range(1, 151) AS numbers(n);

CREATE OR REPLACE TABLE shop.order_items (
    order_id INTEGER NOT NULL,
    line_number INTEGER NOT NULL,
    product VARCHAR NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price DECIMAL(8, 2) NOT NULL
);
INSERT INTO shop.order_items
SELECT o.order_id, l.line_number, ['mug', 'lamp', 'rug'][1 + (o.order_id + l.line_number) % 3],
    1 + (o.order_id * l.line_number) % 3, (7.50 + 3 * ((o.order_id + l.line_number) % 3))::DECIMAL(8, 2)
FROM shop.orders AS o CROSS JOIN (SELECT range AS line_number FROM range(1, 3)) AS l;

CREATE OR REPLACE TABLE shop.payments (
    payment_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    amount DECIMAL(10, 2) NOT NULL,
    paid_at TIMESTAMP NOT NULL
);
INSERT INTO shop.payments
SELECT order_id, order_id, 20.00, ordered_at + INTERVAL 1 HOUR FROM shop.orders WHERE status <> 'cancelled';
