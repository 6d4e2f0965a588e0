-- Casts in each of their spellings, to each type.
-- sources: types

-- case: every type name by CAST of a text, part 1
SELECT
    CAST(c_varchar AS BOOLEAN), CAST(c_varchar AS TINYINT), CAST(c_varchar AS SMALLINT), CAST(c_varchar AS INTEGER),
    CAST(c_varchar AS INT), CAST(c_varchar AS INT4), CAST(c_varchar AS BIGINT), CAST(c_varchar AS INT8),
    CAST(c_varchar AS LONG), CAST(c_varchar AS HUGEINT), CAST(c_varchar AS UTINYINT), CAST(c_varchar AS USMALLINT),
    CAST(c_varchar AS UINTEGER), CAST(c_varchar AS UBIGINT), CAST(c_varchar AS UHUGEINT), CAST(c_varchar AS FLOAT),
    CAST(c_varchar AS REAL), CAST(c_varchar AS FLOAT4), CAST(c_varchar AS DOUBLE), CAST(c_varchar AS FLOAT8),
    CAST(c_varchar AS DOUBLE PRECISION), CAST(c_varchar AS DECIMAL), CAST(c_varchar AS DECIMAL(10,2)),
    CAST(c_varchar AS DECIMAL(5))
FROM everything;

-- case: every type name by CAST of a text, part 2
SELECT
    CAST(c_varchar AS NUMERIC(38,4)), CAST(c_varchar AS NUMERIC), CAST(c_varchar AS VARCHAR),
    CAST(c_varchar AS TEXT), CAST(c_varchar AS STRING), CAST(c_varchar AS CHAR), CAST(c_varchar AS CHAR(3)),
    CAST(c_varchar AS VARCHAR(10)), CAST(c_varchar AS BPCHAR), CAST(c_varchar AS BLOB), CAST(c_varchar AS BYTEA),
    CAST(c_varchar AS VARBINARY), CAST(c_varchar AS BINARY), CAST(c_varchar AS BIT), CAST(c_varchar AS BITSTRING),
    CAST(c_varchar AS DATE), CAST(c_varchar AS TIME), CAST(c_varchar AS TIMESTAMP), CAST(c_varchar AS DATETIME),
    CAST(c_varchar AS TIMESTAMP_S), CAST(c_varchar AS TIMESTAMP_MS), CAST(c_varchar AS TIMESTAMP_NS),
    CAST(c_varchar AS TIMESTAMP_US), CAST(c_varchar AS TIMESTAMPTZ)
FROM everything;

-- case: every type name by CAST of a text, part 3
SELECT
    CAST(c_varchar AS TIMESTAMP WITH TIME ZONE), CAST(c_varchar AS TIMESTAMP WITHOUT TIME ZONE),
    CAST(c_varchar AS TIME WITH TIME ZONE), CAST(c_varchar AS TIMETZ), CAST(c_varchar AS INTERVAL),
    CAST(c_varchar AS UUID), CAST(c_varchar AS GUID), CAST(c_varchar AS JSON), CAST(c_varchar AS INT1),
    CAST(c_varchar AS INT2), CAST(c_varchar AS SHORT), CAST(c_varchar AS SIGNED), CAST(c_varchar AS INTEGRAL),
    CAST(c_varchar AS OID), CAST(c_varchar AS LOGICAL), CAST(c_varchar AS BOOL), CAST(c_varchar AS UINT8),
    CAST(c_varchar AS UINT16), CAST(c_varchar AS UINT32), CAST(c_varchar AS UINT64), CAST(c_varchar AS INT16),
    CAST(c_varchar AS INT32), CAST(c_varchar AS INT64), CAST(c_varchar AS INT128)
FROM everything;

-- case: every type name by CAST of a text, part 4
SELECT
    CAST(c_varchar AS UINT128), CAST(c_varchar AS BIGNUM), CAST(c_varchar AS VARINT), CAST(c_varchar AS TIME_NS),
    CAST(c_varchar AS VARIANT), CAST(c_varchar AS DEC(8,1)), CAST(c_varchar AS NVARCHAR),
    CAST(c_varchar AS DOUBLE[]), CAST(c_varchar AS INTEGER[]), CAST(c_varchar AS VARCHAR[][]),
    CAST(c_varchar AS INTEGER[3]), CAST(c_varchar AS STRUCT(a INTEGER, b VARCHAR)),
    CAST(c_varchar AS STRUCT("a b" INTEGER)), CAST(c_varchar AS ROW(x DOUBLE)),
    CAST(c_varchar AS MAP(VARCHAR, INTEGER)), CAST(c_varchar AS UNION(n INTEGER, t VARCHAR)),
    CAST(c_varchar AS ENUM('a', 'b')), CAST(c_varchar AS STRUCT(l INTEGER[], m MAP(VARCHAR, DATE))[])
FROM everything;

-- case: every type name by two colons, part 1
SELECT
    c_varchar::BOOLEAN, c_varchar::TINYINT, c_varchar::SMALLINT, c_varchar::INTEGER, c_varchar::INT,
    c_varchar::INT4, c_varchar::BIGINT, c_varchar::INT8, c_varchar::LONG, c_varchar::HUGEINT, c_varchar::UTINYINT,
    c_varchar::USMALLINT, c_varchar::UINTEGER, c_varchar::UBIGINT, c_varchar::UHUGEINT, c_varchar::FLOAT,
    c_varchar::REAL, c_varchar::FLOAT4, c_varchar::DOUBLE, c_varchar::FLOAT8, c_varchar::DOUBLE PRECISION,
    c_varchar::DECIMAL, c_varchar::DECIMAL(10,2), c_varchar::DECIMAL(5)
FROM everything;

-- case: every type name by two colons, part 2
SELECT
    c_varchar::NUMERIC(38,4), c_varchar::NUMERIC, c_varchar::VARCHAR, c_varchar::TEXT, c_varchar::STRING,
    c_varchar::CHAR, c_varchar::CHAR(3), c_varchar::VARCHAR(10), c_varchar::BPCHAR, c_varchar::BLOB,
    c_varchar::BYTEA, c_varchar::VARBINARY, c_varchar::BINARY, c_varchar::BIT, c_varchar::BITSTRING,
    c_varchar::DATE, c_varchar::TIME, c_varchar::TIMESTAMP, c_varchar::DATETIME, c_varchar::TIMESTAMP_S,
    c_varchar::TIMESTAMP_MS, c_varchar::TIMESTAMP_NS, c_varchar::TIMESTAMP_US, c_varchar::TIMESTAMPTZ
FROM everything;

-- case: every type name by two colons, part 3
SELECT
    c_varchar::TIMESTAMP WITH TIME ZONE, c_varchar::TIMESTAMP WITHOUT TIME ZONE, c_varchar::TIME WITH TIME ZONE,
    c_varchar::TIMETZ, c_varchar::INTERVAL, c_varchar::UUID, c_varchar::GUID, c_varchar::JSON, c_varchar::INT1,
    c_varchar::INT2, c_varchar::SHORT, c_varchar::SIGNED, c_varchar::INTEGRAL, c_varchar::OID, c_varchar::LOGICAL,
    c_varchar::BOOL, c_varchar::UINT8, c_varchar::UINT16, c_varchar::UINT32, c_varchar::UINT64, c_varchar::INT16,
    c_varchar::INT32, c_varchar::INT64, c_varchar::INT128
FROM everything;

-- case: every type name by two colons, part 4
SELECT
    c_varchar::UINT128, c_varchar::BIGNUM, c_varchar::VARINT, c_varchar::TIME_NS, c_varchar::VARIANT,
    c_varchar::DEC(8,1), c_varchar::NVARCHAR, c_varchar::DOUBLE[], c_varchar::INTEGER[], c_varchar::VARCHAR[][],
    c_varchar::INTEGER[3], c_varchar::STRUCT(a INTEGER, b VARCHAR), c_varchar::STRUCT("a b" INTEGER),
    c_varchar::ROW(x DOUBLE), c_varchar::MAP(VARCHAR, INTEGER), c_varchar::UNION(n INTEGER, t VARCHAR),
    c_varchar::ENUM('a', 'b'), c_varchar::STRUCT(l INTEGER[], m MAP(VARCHAR, DATE))[]
FROM everything;

-- case: every type name by TRY_CAST, part 1
SELECT
    TRY_CAST(NULL AS BOOLEAN), TRY_CAST(NULL AS TINYINT), TRY_CAST(NULL AS SMALLINT), TRY_CAST(NULL AS INTEGER),
    TRY_CAST(NULL AS INT), TRY_CAST(NULL AS INT4), TRY_CAST(NULL AS BIGINT), TRY_CAST(NULL AS INT8),
    TRY_CAST(NULL AS LONG), TRY_CAST(NULL AS HUGEINT), TRY_CAST(NULL AS UTINYINT), TRY_CAST(NULL AS USMALLINT),
    TRY_CAST(NULL AS UINTEGER), TRY_CAST(NULL AS UBIGINT), TRY_CAST(NULL AS UHUGEINT), TRY_CAST(NULL AS FLOAT),
    TRY_CAST(NULL AS REAL), TRY_CAST(NULL AS FLOAT4), TRY_CAST(NULL AS DOUBLE), TRY_CAST(NULL AS FLOAT8),
    TRY_CAST(NULL AS DOUBLE PRECISION), TRY_CAST(NULL AS DECIMAL), TRY_CAST(NULL AS DECIMAL(10,2)),
    TRY_CAST(NULL AS DECIMAL(5))
FROM everything;

-- case: every type name by TRY_CAST, part 2
SELECT
    TRY_CAST(NULL AS NUMERIC(38,4)), TRY_CAST(NULL AS NUMERIC), TRY_CAST(NULL AS VARCHAR), TRY_CAST(NULL AS TEXT),
    TRY_CAST(NULL AS STRING), TRY_CAST(NULL AS CHAR), TRY_CAST(NULL AS CHAR(3)), TRY_CAST(NULL AS VARCHAR(10)),
    TRY_CAST(NULL AS BPCHAR), TRY_CAST(NULL AS BLOB), TRY_CAST(NULL AS BYTEA), TRY_CAST(NULL AS VARBINARY),
    TRY_CAST(NULL AS BINARY), TRY_CAST(NULL AS BIT), TRY_CAST(NULL AS BITSTRING), TRY_CAST(NULL AS DATE),
    TRY_CAST(NULL AS TIME), TRY_CAST(NULL AS TIMESTAMP), TRY_CAST(NULL AS DATETIME), TRY_CAST(NULL AS TIMESTAMP_S),
    TRY_CAST(NULL AS TIMESTAMP_MS), TRY_CAST(NULL AS TIMESTAMP_NS), TRY_CAST(NULL AS TIMESTAMP_US),
    TRY_CAST(NULL AS TIMESTAMPTZ)
FROM everything;

-- case: every type name by TRY_CAST, part 3
SELECT
    TRY_CAST(NULL AS TIMESTAMP WITH TIME ZONE), TRY_CAST(NULL AS TIMESTAMP WITHOUT TIME ZONE),
    TRY_CAST(NULL AS TIME WITH TIME ZONE), TRY_CAST(NULL AS TIMETZ), TRY_CAST(NULL AS INTERVAL),
    TRY_CAST(NULL AS UUID), TRY_CAST(NULL AS GUID), TRY_CAST(NULL AS JSON), TRY_CAST(NULL AS INT1),
    TRY_CAST(NULL AS INT2), TRY_CAST(NULL AS SHORT), TRY_CAST(NULL AS SIGNED), TRY_CAST(NULL AS INTEGRAL),
    TRY_CAST(NULL AS OID), TRY_CAST(NULL AS LOGICAL), TRY_CAST(NULL AS BOOL), TRY_CAST(NULL AS UINT8),
    TRY_CAST(NULL AS UINT16), TRY_CAST(NULL AS UINT32), TRY_CAST(NULL AS UINT64), TRY_CAST(NULL AS INT16),
    TRY_CAST(NULL AS INT32), TRY_CAST(NULL AS INT64), TRY_CAST(NULL AS INT128)
FROM everything;

-- case: every type name by TRY_CAST, part 4
SELECT
    TRY_CAST(NULL AS UINT128), TRY_CAST(NULL AS BIGNUM), TRY_CAST(NULL AS VARINT), TRY_CAST(NULL AS TIME_NS),
    TRY_CAST(NULL AS VARIANT), TRY_CAST(NULL AS DEC(8,1)), TRY_CAST(NULL AS NVARCHAR), TRY_CAST(NULL AS DOUBLE[]),
    TRY_CAST(NULL AS INTEGER[]), TRY_CAST(NULL AS VARCHAR[][]), TRY_CAST(NULL AS INTEGER[3]),
    TRY_CAST(NULL AS STRUCT(a INTEGER, b VARCHAR)), TRY_CAST(NULL AS STRUCT("a b" INTEGER)),
    TRY_CAST(NULL AS ROW(x DOUBLE)), TRY_CAST(NULL AS MAP(VARCHAR, INTEGER)),
    TRY_CAST(NULL AS UNION(n INTEGER, t VARCHAR)), TRY_CAST(NULL AS ENUM('a', 'b')),
    TRY_CAST(NULL AS STRUCT(l INTEGER[], m MAP(VARCHAR, DATE))[])
FROM everything;

-- case: chains and mixtures, part 1
SELECT
    c_varchar::INT::BIGINT, c_varchar::DOUBLE + 1, -c_varchar::INT, CAST(c_int AS DECIMAL(10, 2)) * 2,
    c_int::DECIMAL(10, 2) / 3, '1'::INT, 1::DOUBLE, 1::TINYINT + 1::SMALLINT, CAST(1 AS TINYINT) + 1,
    '2024-01-01'::DATE, NULL::INTEGER, NULL::VARCHAR, CAST(NULL AS DATE), TRY_CAST(c_varchar AS DECIMAL(12, 3)),
    CAST(sum(c_int) OVER () AS BIGINT), (c_int + 1)::VARCHAR, c_struct::STRUCT(a BIGINT, b VARCHAR),
    [1, 2]::BIGINT[], {'a': 1}::STRUCT(a DOUBLE), c_ints::VARCHAR, c_int::BOOLEAN, INT '5', DOUBLE '1.5',
    DECIMAL '1.5'
FROM everything;

-- case: chains and mixtures, part 2
SELECT
    VARCHAR 'x', BLOB 'ab', x'ff', E'a\nb', $$text$$, CAST(c_varchar AS INTEGER) AS "AS", c_date::TIMESTAMP::DATE,
    try_cast(c_varchar AS date) IS NULL, cast(c_int AS varchar) || 'x'
FROM everything;
