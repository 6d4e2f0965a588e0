-- Functions on texts, blobs and patterns.
-- sources: types

-- case: concatenation
SELECT
    c_varchar || 'x', 'x' || c_int, c_varchar || c_date, c_int || c_int, c_blob || c_blob, c_ints || c_ints,
    c_ints || [1], c_texts || ['x'], c_varchar || NULL, NULL || NULL, c_bit || c_bit,
    concat(c_varchar, c_int, c_date), concat('a'), concat(c_ints, [2]), concat_ws('-', c_varchar, c_int),
    c_mood || 'x', c_mood || c_size, 'a' || 'b' || 'c', c_varchar || ' ' || coalesce(c_varchar, ''), c_json || 'x',
    c_array3 || c_ints
FROM everything;

-- case: functions that give a text, part 1
SELECT
    upper(c_varchar), lower(c_varchar), ucase(c_varchar), lcase(c_varchar), trim(c_varchar), ltrim(c_varchar),
    rtrim(c_varchar, 'x'), trim(c_varchar, 'xy'), TRIM(BOTH 'x' FROM c_varchar), TRIM(LEADING FROM c_varchar),
    trim(TRAILING 'y' FROM c_varchar), substring(c_varchar, 1, 2), substr(c_varchar, 3),
    SUBSTRING(c_varchar FROM 2 FOR 3), substring(c_varchar FROM 2), left(c_varchar, 2), right(c_varchar, 2),
    replace(c_varchar, 'a', 'b'), reverse(c_varchar), repeat(c_varchar, 2), lpad(c_varchar, 5, ' '),
    rpad(c_varchar, 5, '.'), translate(c_varchar, 'a', 'b'), format('{} {}', c_varchar, c_int)
FROM everything;

-- case: functions that give a text, part 2
SELECT
    printf('%d', c_int), md5(c_varchar), sha1(c_varchar), sha256(c_varchar), base64(c_blob), to_base64(c_blob),
    hex(c_int), to_hex(c_int), bin(c_int), to_binary(c_int), chr(65), split_part(c_varchar, '-', 1),
    strip_accents(c_varchar), nfc_normalize(c_varchar), url_encode(c_varchar), url_decode(c_varchar),
    parse_filename(c_varchar), parse_dirname(c_varchar), parse_path(c_varchar), bar(c_int, 0, 10),
    formatReadableSize(c_bigint), format_bytes(c_bigint), substring_grapheme(c_varchar, 1, 2),
    left_grapheme(c_varchar, 1)
FROM everything;

-- case: functions that give a text, part 3
SELECT
    c_varchar[1], c_varchar[1:2], c_varchar[2:], array_extract(c_varchar, 1), array_slice(c_varchar, 1, 2),
    concat_ws(',', c_texts), to_base(c_int, 16), overlay(c_varchar PLACING 'x' FROM 2 FOR 3)
FROM everything;

-- case: functions that give a number, a truth value or a list, part 1
SELECT
    length(c_varchar), len(c_varchar), char_length(c_varchar), character_length(c_varchar), strlen(c_varchar),
    length(c_bit), length(c_ints), bit_length(c_varchar), octet_length(c_blob), length_grapheme(c_varchar),
    ascii(c_varchar), ord(c_varchar), unicode(c_varchar), instr(c_varchar, 'a'), strpos(c_varchar, 'a'),
    position('a' IN c_varchar), POSITION('a' IN 'banana'), contains(c_varchar, 'a'), starts_with(c_varchar, 'a'),
    prefix(c_varchar, 'a'), ends_with(c_varchar, 'a'), suffix(c_varchar, 'a'), levenshtein(c_varchar, 'a'),
    editdist3(c_varchar, 'a')
FROM everything;

-- case: functions that give a number, a truth value or a list, part 2
SELECT
    damerau_levenshtein(c_varchar, 'a'), hamming(c_varchar, c_varchar), jaccard(c_varchar, 'abc'),
    jaro_similarity(c_varchar, 'a'), jaro_winkler_similarity(c_varchar, 'a'), string_split(c_varchar, ','),
    str_split(c_varchar, ','), split(c_varchar, ','), string_to_array(c_varchar, ','),
    string_split_regex(c_varchar, '[,;]'), hash(c_varchar), hash(c_int, c_date), md5_number(c_varchar),
    md5_number_lower(c_varchar), encode(c_varchar), decode(c_blob), unhex(c_varchar), from_hex('ff'),
    from_base64(c_varchar), unbin('01'), bit_count(c_int), bit_count(c_bit), get_bit(c_bit, 1), set_bit(c_bit, 1, 0)
FROM everything;

-- case: functions that give a number, a truth value or a list, part 3
SELECT
    bit_position('1'::BIT, c_bit), bitstring(c_varchar, 10), like_escape(c_varchar, 'a$%', '$'),
    not_like_escape(c_varchar, 'a', '$'), array_to_string(c_texts, ',')
FROM everything;

-- case: regular expressions
SELECT
    regexp_matches(c_varchar, 'a.*'), regexp_full_match(c_varchar, 'a.*'), regexp_replace(c_varchar, 'a', 'b'),
    regexp_replace(c_varchar, 'a', 'b', 'g'), regexp_extract(c_varchar, '(a)(b)'),
    regexp_extract(c_varchar, '(a)(b)', 1), regexp_extract(c_varchar, '(a)(b)', ['first', 'second']),
    regexp_extract_all(c_varchar, '(a)', 1), regexp_extract_all(c_varchar, 'a'),
    regexp_split_to_array(c_varchar, ','), regexp_escape(c_varchar), c_varchar SIMILAR TO 'a.*', c_varchar ~ '^a',
    c_varchar !~ '^a'
FROM everything;

-- case: text functions take other types through a cast
SELECT
    upper(c_mood), length(c_mood), c_mood || c_varchar, lower('X'), substring('abc', 2), concat(c_mood),
    replace(c_mood, 'a', 'b'), starts_with(c_mood, 's'), c_mood = 'sad', c_mood < 'happy', enum_range(c_mood),
    enum_first(c_mood), enum_last(c_mood), enum_code(c_mood), enum_range_boundary(c_mood, NULL)
FROM everything;
