SELECT *
FROM raw.fivetran.orders
