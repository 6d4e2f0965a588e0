-- Source tables to try the models on: `rocky test` builds on them, `rocky compile --with-seed` takes their types.
CREATE SCHEMA IF NOT EXISTS raw;

CREATE OR REPLACE TABLE raw.orders (
    order_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    ordered_at TIMESTAMP NOT NULL,
    amount DECIMAL(12, 2)
);

INSERT INTO raw.orders VALUES
    (1, 7, TIMESTAMP '2026-01-05 09:30:00', 10.50),
    (2, 7, TIMESTAMP '2026-01-09 17:05:00', 4.50),
    (3, 8, TIMESTAMP '2026-01-02 11:00:00', 1.00);
