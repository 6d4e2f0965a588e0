CREATE TYPE order_state AS ENUM ('cart', 'placed', 'paid', 'shipped', 'delivered', 'returned');

CREATE TABLE countries (
    country_code CHAR(2) PRIMARY KEY,
    country_name VARCHAR NOT NULL,
    continent VARCHAR NOT NULL,
    vat_rate DECIMAL(5,4) NOT NULL
);
CREATE TABLE customers (
    customer_id BIGINT PRIMARY KEY,
    full_name VARCHAR NOT NULL,
    email VARCHAR,
    birth_date DATE,
    country_code CHAR(2),
    segment VARCHAR,
    credit_limit DECIMAL(12,2),
    signed_up_at TIMESTAMP NOT NULL,
    is_business BOOLEAN NOT NULL,
    loyalty_points INTEGER,
    referred_by BIGINT
);
CREATE TABLE suppliers (
    supplier_id INTEGER PRIMARY KEY,
    supplier_name VARCHAR NOT NULL,
    country_code CHAR(2) NOT NULL,
    rating SMALLINT,
    account_balance DECIMAL(14,2) NOT NULL,
    since DATE
);
CREATE TABLE product_groups (
    group_id SMALLINT PRIMARY KEY,
    parent_id SMALLINT,
    group_name VARCHAR NOT NULL
);
CREATE TABLE products (
    product_id INTEGER PRIMARY KEY,
    sku VARCHAR NOT NULL,
    product_name VARCHAR NOT NULL,
    group_id SMALLINT NOT NULL,
    brand VARCHAR,
    colour VARCHAR,
    weight_kg FLOAT,
    list_price DECIMAL(10,2) NOT NULL,
    unit_cost DECIMAL(10,4),
    launched_on DATE,
    discontinued BOOLEAN DEFAULT false,
    tags VARCHAR[],
    dimensions STRUCT(width DOUBLE, height DOUBLE, depth DOUBLE)
);
CREATE TABLE supplies (
    supplier_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    purchase_price DECIMAL(10,4) NOT NULL,
    lead_days TINYINT,
    available_units INTEGER,
    PRIMARY KEY (supplier_id, product_id)
);
CREATE TABLE shops (
    shop_id SMALLINT PRIMARY KEY,
    shop_name VARCHAR NOT NULL,
    city VARCHAR,
    country_code CHAR(2) NOT NULL,
    opened_on DATE NOT NULL,
    closed_on DATE,
    floor_area_m2 DECIMAL(8,1),
    staff_count USMALLINT
);
CREATE TABLE orders (
    order_id BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    shop_id SMALLINT,
    ordered_at TIMESTAMP NOT NULL,
    order_date DATE NOT NULL,
    state order_state NOT NULL,
    channel VARCHAR NOT NULL,
    currency CHAR(3) NOT NULL,
    total_amount DECIMAL(14,2),
    voucher_code VARCHAR,
    priority TINYINT
);
CREATE TABLE order_lines (
    order_id BIGINT NOT NULL,
    line_number SMALLINT NOT NULL,
    product_id INTEGER NOT NULL,
    supplier_id INTEGER,
    quantity INTEGER NOT NULL,
    unit_price DECIMAL(10,2) NOT NULL,
    discount DECIMAL(4,3) NOT NULL,
    tax_rate DECIMAL(5,4),
    shipped_on DATE,
    promised_on DATE,
    received_on DATE,
    gift_note VARCHAR,
    PRIMARY KEY (order_id, line_number)
);
CREATE TABLE returns (
    return_id BIGINT PRIMARY KEY,
    order_id BIGINT NOT NULL,
    line_number SMALLINT NOT NULL,
    returned_on DATE NOT NULL,
    quantity INTEGER NOT NULL,
    refund_amount DECIMAL(12,2) NOT NULL,
    reason VARCHAR
);
CREATE TABLE payments (
    payment_id UUID PRIMARY KEY,
    order_id BIGINT NOT NULL,
    paid_at TIMESTAMP WITH TIME ZONE NOT NULL,
    method VARCHAR NOT NULL,
    amount DECIMAL(14,2) NOT NULL,
    fee DOUBLE
);
CREATE TABLE stock_levels (
    shop_id SMALLINT NOT NULL,
    product_id INTEGER NOT NULL,
    counted_on DATE NOT NULL,
    on_hand INTEGER NOT NULL,
    reserved UINTEGER,
    reorder_point USMALLINT
);
CREATE TABLE exchange_rates (
    currency CHAR(3) NOT NULL,
    valid_from DATE NOT NULL,
    rate_to_eur DECIMAL(18,8) NOT NULL
);
CREATE TABLE calendar (
    day DATE PRIMARY KEY,
    year SMALLINT NOT NULL,
    quarter TINYINT NOT NULL,
    month TINYINT NOT NULL,
    week TINYINT NOT NULL,
    weekday_name VARCHAR NOT NULL,
    is_holiday BOOLEAN NOT NULL,
    fiscal_year INTEGER NOT NULL,
    month_sequence INTEGER NOT NULL
);
CREATE TABLE targets (
    shop_id SMALLINT NOT NULL,
    year SMALLINT NOT NULL,
    "Q1 Target" DECIMAL(12,2),
    "Q2 Target" DECIMAL(12,2),
    "Q3 Target" DECIMAL(12,2),
    "Q4 Target" DECIMAL(12,2)
);
