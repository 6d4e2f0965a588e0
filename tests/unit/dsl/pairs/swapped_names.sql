SELECT b AS a, a AS b
FROM t
ORDER BY t.a
