-- x orders -> marts.orders: cannot be built
--     model 'orders' cannot be built: duckdb has no materialized views; use the strategy 'view' or 'full_refresh'
-- main: 1 table, 0 statements, nothing destructive, 1 cannot be built

-- orders -> marts.orders: cannot be built
-- model 'orders' cannot be built: duckdb has no materialized views; use the strategy 'view' or 'full_refresh'
