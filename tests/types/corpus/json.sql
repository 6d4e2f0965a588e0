-- JSON access and functions.
-- sources: types

-- case: json access, part 1
SELECT
    c_json -> 'a', c_json ->> 'a', c_json -> '$.a.b', c_json ->> '$.a[0]', c_json -> 0, c_json ->> 1,
    c_json -> 'a' -> 'b', (c_json -> 'a') ->> 'b', c_json.a, c_json['a'], c_varchar -> '$.a', c_varchar ->> '$.a',
    (c_json ->> 'a')::INT, (c_json -> 'a')::DOUBLE, (c_json ->> 'a') = 'x', json_extract(c_json, '$.a'),
    json_extract(c_json, ['$.a', '$.b']), json_extract_string(c_json, '$.a'),
    json_extract_string(c_json, ['$.a', '$.b']), json_extract_path(c_json, '$.a'),
    json_extract_path_text(c_json, '$.a'), json_value(c_json, '$.a'), json_exists(c_json, '$.a'),
    json_contains(c_json, '1')
FROM everything;

-- case: json access, part 2
SELECT
    json_keys(c_json), json_keys(c_json, '$.a'), json_array_length(c_json), json_array_length(c_json, '$.a'),
    json_type(c_json), json_type(c_json, '$.a'), json_structure(c_json), json_valid(c_varchar), json_pretty(c_json),
    json_object('a', c_int, 'b', c_varchar), json_array(1, c_varchar, NULL), to_json(c_struct), to_json(c_ints),
    json_quote(c_varchar), array_to_json(c_ints), json(c_varchar), json_merge_patch(c_json, c_json),
    json_transform(c_json, '{"a": "INTEGER"}'), json_transform_strict(c_json, '{"a": "INTEGER", "b": ["VARCHAR"]}'),
    from_json(c_json, '{"a": "DOUBLE", "n": {"x": "BIGINT"}}'), from_json(c_varchar, '["INTEGER"]'),
    c_json::VARCHAR, '{"a": 1}'::JSON, '{"a": 1}'::JSON -> 'a'
FROM everything;

-- case: json access, part 3
SELECT
    c_json::STRUCT(a INTEGER, b VARCHAR[]), CAST(c_json -> 'items' AS VARCHAR[]), length(c_json), c_json = c_json
FROM everything;

-- case: json aggregates
SELECT
    json_group_array(c_int), json_group_object(c_varchar, c_double), json_group_structure(c_json),
    json_group_array(c_struct)
FROM everything;

-- case: json_each spreads a document into rows
SELECT e.key, e.value, e.type, e.id FROM everything, json_each(c_json) AS e;

-- case: json_tree in FROM
SELECT * FROM json_tree('{"a": [1, 2]}');

-- case: paths with wildcards
SELECT j -> '$.a[*]', j -> '$..a', j ->> '$.*', j -> '*', j -> '$."*"', j -> '$."a[*]"', j -> '$.a[#-1]', (j -> '$.a[*]')[1], j -> '$.a[*]' -> 'b', list_value(j -> '$[*]') FROM (SELECT '{}'::JSON AS j);

-- case: functions along paths with wildcards
SELECT json_extract(j, '$.a[*]'), json_extract_string(j, '$..a'), json_value(j, '$.*'), json_keys(j, '$.*'), json_array_length(j, '$[*]'), json_type(j, '$.*'), json_exists(j, '$.*'), json_contains(j, '$.*'), unnest(json_extract(j, '$[*]')), json_extract(j, '$.a'), json_extract(j, '$.a[*]')[1] FROM (SELECT '{}'::JSON AS j);
