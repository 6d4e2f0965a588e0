-- Lists, arrays, structs, maps, unions, lambdas and comprehensions.
-- sources: types

-- case: literals, part 1
SELECT
    [1, 2, 3], [], [c_int, 1], ['a', 'b'], [[1, 2], [3]], [c_date, NULL], ARRAY[1, 2], list_value(1, 2),
    array_value(1, 2), array_value(c_int, c_int), {'a': 1, 'b': 'x'}, {a: 1}, {'x': {'y': c_date}}, {'a b': 1},
    {'a': [1, 2], 'm': MAP {'k': 1}}, struct_pack(a := 1, b := c_varchar), row(1, 'x'), row(c_int, c_date),
    (1, 'x'), (c_int, c_date, NULL), MAP {'k': 1, 'l': 2}, MAP {1: 'a'}, MAP {}, map(['a', 'b'], [1, 2])
FROM everything;

-- case: literals, part 2
SELECT
    map(), map([c_varchar], [c_date]), MAP {c_varchar: c_dec_9_4}, union_value(k := 1), {'a': NULL}
FROM everything;

-- case: access, part 1
SELECT
    c_ints[1], c_ints[-1], c_ints[1:2], c_ints[:2], c_ints[2:], c_ints[1:5:2], c_matrix[1], c_matrix[1][2],
    c_array3[1], c_array3[1:2], c_struct.a, c_struct['a'], c_struct.b, everything.c_struct.a, c_nested.inside.x,
    c_nested.inside, c_nested['inside']['y'], c_nested.items[1].k, c_nested.items[1], c_nested.items, c_map['k'],
    c_map_list[1], c_map_list[1][1], c_struct_quoted."First Name"
FROM everything;

-- case: access, part 2
SELECT
    c_struct_quoted['order'], c_struct_quoted."order", (c_struct).a, {'a': 1, 'b': 'x'}.b, [10, 20][1], (1, 'x')[2],
    c_union.num, c_union.txt, struct_extract(c_struct, 'a'), struct_extract(row(1, 'x'), 2), element_at(c_map, 'k'),
    map_extract(c_map, 'k'), map_extract_value(c_map, 'k'), list_extract(c_ints, 1), list_element(c_ints, 1),
    array_extract(c_ints, 1), array_extract(c_struct, 'a'), list_slice(c_ints, 1, 2), union_extract(c_union, 'num'),
    union_tag(c_union), struct_extract_at(c_struct, 1)
FROM everything;

-- case: list functions of c_ints, part 1
SELECT
    list_sort(c_ints), list_reverse_sort(c_ints), list_reverse(c_ints), list_distinct(c_ints), list_unique(c_ints),
    list_sum(c_ints), list_avg(c_ints), list_min(c_ints), list_max(c_ints), list_count(c_ints), list_median(c_ints),
    list_mode(c_ints), list_first(c_ints), list_last(c_ints), list_any_value(c_ints), list_product(c_ints),
    list_stddev_samp(c_ints), list_var_pop(c_ints), list_string_agg(c_ints), list_histogram(c_ints), len(c_ints),
    array_length(c_ints), cardinality(c_ints), unnest(c_ints)
FROM everything;

-- case: list functions of c_ints, part 2
SELECT
    list_entropy(c_ints), list_approx_count_distinct(c_ints), list_kurtosis(c_ints), array_pop_back(c_ints),
    array_pop_front(c_ints), array_sort(c_ints), grade_up(c_ints), list_grade_up(c_ints), array_distinct(c_ints),
    list_mad(c_ints), list_skewness(c_ints), list_sem(c_ints), list_bit_and(c_ints)
FROM everything;

-- case: list functions of c_texts, part 1
SELECT
    list_sort(c_texts), list_reverse_sort(c_texts), list_reverse(c_texts), list_distinct(c_texts),
    list_unique(c_texts), list_min(c_texts), list_max(c_texts), list_count(c_texts), list_median(c_texts),
    list_mode(c_texts), list_first(c_texts), list_last(c_texts), list_any_value(c_texts), list_string_agg(c_texts),
    list_histogram(c_texts), len(c_texts), array_length(c_texts), cardinality(c_texts), unnest(c_texts),
    list_entropy(c_texts), list_approx_count_distinct(c_texts), array_pop_back(c_texts), array_pop_front(c_texts),
    array_sort(c_texts)
FROM everything;

-- case: list functions of c_texts, part 2
SELECT
    grade_up(c_texts), list_grade_up(c_texts), array_distinct(c_texts)
FROM everything;

-- case: list functions of c_matrix, part 1
SELECT
    list_sort(c_matrix), list_reverse_sort(c_matrix), list_reverse(c_matrix), list_distinct(c_matrix),
    list_unique(c_matrix), list_min(c_matrix), list_max(c_matrix), list_count(c_matrix), list_median(c_matrix),
    list_mode(c_matrix), list_first(c_matrix), list_last(c_matrix), list_any_value(c_matrix),
    list_string_agg(c_matrix), list_histogram(c_matrix), flatten(c_matrix), len(c_matrix), array_length(c_matrix),
    cardinality(c_matrix), unnest(c_matrix), list_entropy(c_matrix), list_approx_count_distinct(c_matrix),
    array_pop_back(c_matrix), array_pop_front(c_matrix)
FROM everything;

-- case: list functions of c_matrix, part 2
SELECT
    array_sort(c_matrix), grade_up(c_matrix), list_grade_up(c_matrix), array_distinct(c_matrix)
FROM everything;

-- case: list functions of c_array3, part 1
SELECT
    list_sort(c_array3), list_reverse_sort(c_array3), list_reverse(c_array3), list_distinct(c_array3),
    list_unique(c_array3), list_sum(c_array3), list_avg(c_array3), list_min(c_array3), list_max(c_array3),
    list_count(c_array3), list_median(c_array3), list_mode(c_array3), list_first(c_array3), list_last(c_array3),
    list_any_value(c_array3), list_product(c_array3), list_stddev_samp(c_array3), list_var_pop(c_array3),
    list_string_agg(c_array3), list_histogram(c_array3), len(c_array3), array_length(c_array3),
    cardinality(c_array3), unnest(c_array3)
FROM everything;

-- case: list functions of c_array3, part 2
SELECT
    list_entropy(c_array3), list_approx_count_distinct(c_array3), list_kurtosis(c_array3), array_pop_back(c_array3),
    array_pop_front(c_array3), array_sort(c_array3), grade_up(c_array3), list_grade_up(c_array3),
    array_distinct(c_array3), list_mad(c_array3), list_skewness(c_array3), list_sem(c_array3),
    list_bit_and(c_array3)
FROM everything;

-- case: list functions of [c_dec_9_4], part 1
SELECT
    list_sort([c_dec_9_4]), list_reverse_sort([c_dec_9_4]), list_reverse([c_dec_9_4]), list_distinct([c_dec_9_4]),
    list_unique([c_dec_9_4]), list_sum([c_dec_9_4]), list_avg([c_dec_9_4]), list_min([c_dec_9_4]),
    list_max([c_dec_9_4]), list_count([c_dec_9_4]), list_median([c_dec_9_4]), list_mode([c_dec_9_4]),
    list_first([c_dec_9_4]), list_last([c_dec_9_4]), list_any_value([c_dec_9_4]), list_product([c_dec_9_4]),
    list_stddev_samp([c_dec_9_4]), list_var_pop([c_dec_9_4]), list_string_agg([c_dec_9_4]),
    list_histogram([c_dec_9_4]), len([c_dec_9_4]), array_length([c_dec_9_4]), cardinality([c_dec_9_4]),
    unnest([c_dec_9_4])
FROM everything;

-- case: list functions of [c_dec_9_4], part 2
SELECT
    list_entropy([c_dec_9_4]), list_approx_count_distinct([c_dec_9_4]), list_kurtosis([c_dec_9_4]),
    array_pop_back([c_dec_9_4]), array_pop_front([c_dec_9_4]), array_sort([c_dec_9_4]), grade_up([c_dec_9_4]),
    list_grade_up([c_dec_9_4]), array_distinct([c_dec_9_4]), list_mad([c_dec_9_4]), list_skewness([c_dec_9_4]),
    list_sem([c_dec_9_4])
FROM everything;

-- case: list functions of [c_date], part 1
SELECT
    list_sort([c_date]), list_reverse_sort([c_date]), list_reverse([c_date]), list_distinct([c_date]),
    list_unique([c_date]), list_avg([c_date]), list_min([c_date]), list_max([c_date]), list_count([c_date]),
    list_median([c_date]), list_mode([c_date]), list_first([c_date]), list_last([c_date]), list_any_value([c_date]),
    list_string_agg([c_date]), list_histogram([c_date]), len([c_date]), array_length([c_date]),
    cardinality([c_date]), unnest([c_date]), list_entropy([c_date]), list_approx_count_distinct([c_date]),
    array_pop_back([c_date]), array_pop_front([c_date])
FROM everything;

-- case: list functions of [c_date], part 2
SELECT
    array_sort([c_date]), grade_up([c_date]), list_grade_up([c_date]), array_distinct([c_date]), list_mad([c_date])
FROM everything;

-- case: list functions of several arguments, part 1
SELECT
    list_contains(c_ints, 1), list_has(c_ints, 1), array_contains(c_ints, 1), list_has_any(c_ints, [1]),
    list_has_all(c_ints, [1]), c_ints && [1], c_ints @> [1], c_ints <@ [1], list_position(c_ints, 1),
    list_indexof(c_ints, 1), array_position(c_texts, 'x'), list_append(c_ints, 1), list_append(c_ints, c_bigint),
    list_prepend(1, c_ints), array_append(c_texts, 'x'), array_push_front(c_ints, 2), list_concat(c_ints, c_ints),
    list_cat(c_ints, [1.5]), list_intersect(c_ints, [1]), list_zip(c_ints, c_texts),
    list_zip(c_ints, c_texts, true), list_select(c_ints, [1]), list_where(c_ints, [true]), list_resize(c_ints, 5, 0)
FROM everything;

-- case: list functions of several arguments, part 2
SELECT
    list_aggregate(c_ints, 'sum'), list_aggregate(c_ints, 'avg'), array_aggregate(c_texts, 'string_agg', ','),
    list_aggr(c_ints, 'max'), list_sort(c_ints, 'DESC'), array_to_string(c_texts, ','), generate_series(1, 3),
    range(5), range(1, c_int), range(c_bigint, c_bigint, 2), repeat([1], 2),
    list_dot_product([1.0, 2.0], [3.0, 4.0]), list_cosine_similarity([1.0, 2.0], [3.0, 4.0]),
    list_distance([1.0], [2.0]), list_inner_product([1.0], [2.0]), array_distance(c_farray, c_farray),
    array_cosine_similarity(c_farray, c_farray), array_inner_product(c_farray, c_farray),
    array_cross_product([1.0, 2, 3]::DOUBLE[3], [1.0, 2, 3]::DOUBLE[3]), c_ints = [1], c_struct = c_struct,
    1 IN c_ints, c_int = ANY (c_ints), array_slice(c_ints, 1, 2)
FROM everything;

-- case: list functions of several arguments, part 3
SELECT
    list_slice(c_ints, 1, 4, 2), c_ints || c_ints, list_pack(1, 2)
FROM everything;

-- case: lambdas, part 1
SELECT
    list_transform(c_ints, lambda x: x + 1), list_transform(c_ints, lambda x: x * 1.5),
    list_transform(c_texts, lambda s: upper(s)), list_transform(c_texts, lambda s: length(s)),
    list_transform(c_ints, lambda x, i: x + i), list_transform(c_ints, lambda x: {'v': x, 't': c_varchar}),
    list_transform(c_ints, lambda x: x + c_bigint), list_transform(c_matrix, lambda row: list_sum(row)),
    list_transform(c_nested.items, lambda item: item.k), list_transform(c_texts, lambda s: s::INT),
    list_filter(c_ints, lambda x: x > 1), list_filter(c_texts, lambda s, i: i > 1),
    array_filter(c_nested.items, lambda item: item.v > 3), array_transform(c_ints, lambda x: x::VARCHAR),
    apply(c_ints, lambda x: x % 2 = 0), list_apply(c_ints, lambda x: [x]), filter(c_ints, lambda x: x IS NOT NULL),
    list_reduce(c_ints, lambda acc, x: acc + x), list_reduce(c_texts, lambda acc, x: acc || x),
    list_reduce(c_ints, lambda acc, x: acc + x, 0), list_reduce(c_ints, lambda acc, x, i: acc + x * i),
    reduce(c_ints, lambda a, b: a * b), list_transform(list_filter(c_ints, lambda x: x > 0), lambda y: y / 2),
    list_transform(c_ints, lambda x: list_transform(c_texts, lambda y: y || x))
FROM everything;

-- case: lambdas, part 2
SELECT
    list_sum(list_transform(c_ints, lambda x: x * 2)), list_transform(range(3), lambda x: x),
    list_transform(map_entries(c_map), lambda e: e.value),
    list_transform(string_split(c_varchar, ','), lambda s: trim(s))
FROM everything;

-- case: comprehensions
SELECT
    [x + 1 FOR x IN c_ints], [x FOR x IN c_ints IF x > 1], [upper(s) FOR s IN c_texts IF length(s) > 2],
    [{'n': x} FOR x IN c_ints], [x * c_dec_9_4 FOR x IN [1, 2, 3]], [x FOR x, i IN c_ints IF i = 2]
FROM everything;

-- case: struct and map functions, part 1
SELECT
    struct_insert(c_struct, c := 1.5), struct_insert(c_struct, d := c_date), struct_concat(c_struct, {'z': 1}),
    struct_update(c_struct, b := 5), struct_keys(c_struct), struct_values(c_struct), struct_contains(row(1, 2), 1),
    struct_position(row(1, 2), 2), map_keys(c_map), map_values(c_map), map_entries(c_map), map_contains(c_map, 'a'),
    map_contains_value(c_map, 1), map_contains_entry(c_map, 'a', 1), map_concat(c_map, MAP {'z': 1}),
    map_from_entries([('a', 1), ('b', 2)]), map_from_entries([{'k': 'a', 'v': 1}]), cardinality(c_map),
    map_keys(c_map_list), map_values(c_map_list), union_value(n := c_int), array_value(1.5, 2), unnest(c_struct),
    row_to_json(c_struct)
FROM everything;

-- case: struct and map functions, part 2
SELECT
    remap_struct(c_struct, NULL::STRUCT(a INTEGER, b VARCHAR), {'a': 'a', 'b': 'b'}, NULL)
FROM everything;

-- case: unnest in SELECT
SELECT
    unnest(c_ints), unnest(c_ints) AS x, unnest(c_nested.items), unnest(c_matrix), unnest([1, 2.5]),
    unnest(c_texts), unnest(map_entries(c_map)), unnest(range(3)), unnest(c_array3),
    unnest(string_split(c_varchar, ',')), generate_subscripts(c_ints, 1)
FROM everything;

-- case: unnest of a struct spreads its fields
SELECT unnest(c_struct), c_int FROM everything;

-- case: unnest of structs recursively
SELECT c_int, unnest(c_nested, recursive := true) FROM everything;

-- case: unnest of lists recursively
SELECT unnest(c_matrix, recursive := true), unnest(c_nested.items, recursive := true) FROM everything;

-- case: unnest with a depth
SELECT unnest(c_matrix, max_depth := 2) FROM everything;

-- case: star of a struct
SELECT c_struct.* FROM everything;
