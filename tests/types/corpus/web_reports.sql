-- Large questions over a wide clickstream table with many integer widths.
-- sources: web

-- case: one row of facts
SELECT count(*), sum("IsMobile"), avg("ScreenWidth"), count(DISTINCT "VisitorHash"), min("SeenDay"), max("SeenAt"), sum("AdId"), sum("Revenue"), avg("RevenueMicros")
FROM web.page_views;

-- case: sums of a column plus a constant
SELECT sum("ScreenWidth"), sum("ScreenWidth" + 1), sum("ScreenWidth" + 2), sum("WindowWidth" + 3), sum("ColourDepth" + 4), sum("UrlHash" + 5),
    sum("ViewId" + 6), sum("Latitude" + 7), sum("Os" + 8), sum("BytesSent" + 9), sum("Revenue" + 10), sum("VisitorHash" + 11), sum("TimeZoneMinutes" - 12)
FROM web.page_views;

-- case: engines by visits
SELECT SearchEngine, AgentMajor, count(*) AS c, sum(IsRefresh), avg(ScreenWidth), sum(IsBounce) / count(*) AS bounce_rate
FROM web.page_views
WHERE AdId <> 0 AND SearchPhrase <> ''
GROUP BY SearchEngine, AgentMajor
ORDER BY c DESC
LIMIT 10;

-- case: regions by visitors
SELECT "RegionId", sum("IsMobile"), count(*) AS c, avg("ScreenWidth"), count(DISTINCT "VisitorHash") AS u, count(*) / count(DISTINCT "VisitorHash") AS per_visitor
FROM web.page_views GROUP BY "RegionId" ORDER BY c DESC LIMIT 10;

-- case: phones and phrases
SELECT PhoneModel, SearchPhrase, count(*) AS c, min(Url), min(Title), count(DISTINCT VisitorHash) AS visitors
FROM web.page_views
WHERE Title LIKE '%map%' AND Url NOT LIKE '%.example.%' AND SearchPhrase <> ''
GROUP BY PhoneModel, SearchPhrase
ORDER BY c DESC
LIMIT 10;

-- case: minutes of the day
SELECT VisitorHash, extract(minute FROM SeenAt) AS m, SearchPhrase, count(*)
FROM web.page_views GROUP BY VisitorHash, m, SearchPhrase ORDER BY count(*) DESC LIMIT 10;

-- case: lengths of addresses by counter
SELECT SiteId, avg(length(Url)) AS l, count(*) AS c, max(strlen(Title)) - min(strlen(Title)) AS spread
FROM web.page_views WHERE Url <> '' GROUP BY SiteId HAVING count(*) > 100000 ORDER BY l DESC LIMIT 25;

-- case: referring hosts by pattern
SELECT regexp_replace(Referrer, '^https?://(?:www\.)?([^/]+)/.*$', '\1') AS host, avg(length(Referrer)) AS l, count(*) AS c, min(Referrer)
FROM web.page_views WHERE Referrer <> '' GROUP BY host HAVING count(*) > 1000 ORDER BY l DESC LIMIT 25;

-- case: an expression of an address as a key
SELECT IpNumber, IpNumber - 1, IpNumber - 2, IpNumber - 3, IpNumber // 256 AS net, IpNumber % 256, IpNumber & 255, count(*) AS c
FROM web.page_views GROUP BY IpNumber, IpNumber - 1, IpNumber - 2, IpNumber - 3 ORDER BY c DESC LIMIT 10;

-- case: a constant as a key
SELECT 1, Url, count(*) AS c FROM web.page_views GROUP BY 1, Url ORDER BY c DESC LIMIT 10;

-- case: views by source with chosen text
SELECT SearchEngine, AdId, CASE WHEN (SearchEngine = 0 AND AdId = 0) THEN Referrer ELSE '' END AS src, Url AS dst, count(*) AS views
FROM web.page_views
WHERE SiteId = 62 AND SeenDay >= '2024-07-01' AND SeenDay <= '2024-07-31' AND IsRefresh = 0
GROUP BY SearchEngine, AdId, src, dst
ORDER BY views DESC
LIMIT 10 OFFSET 1000;

-- case: windows of the browser in buckets
SELECT WindowWidth, WindowHeight, WindowWidth // 100 * 100 AS bucket, WindowWidth / WindowHeight AS ratio, ScreenWidth * ScreenHeight AS pixels,
    ScreenWidth::INTEGER * ScreenHeight AS safe_pixels, count(*) AS views
FROM web.page_views WHERE UrlHash = 2868770270 GROUP BY ALL ORDER BY views DESC;

-- case: views by minute
SELECT date_trunc('minute', SeenAt) AS m, count(*) AS views, sum(count(*)) OVER (ORDER BY date_trunc('minute', SeenAt)) AS so_far
FROM web.page_views WHERE SeenDay BETWEEN DATE '2024-07-14' AND DATE '2024-07-15'
GROUP BY date_trunc('minute', SeenAt) ORDER BY date_trunc('minute', SeenAt) LIMIT 10 OFFSET 1000;

-- case: loading times in percentiles
SELECT SiteId, quantile_cont(RenderMillis, [0.5, 0.9, 0.99]) AS parts, median(FetchMillis) AS middle, quantile_disc(DnsMillis, 0.95) AS slow_dns,
    approx_quantile(ConnectMillis, 0.5) AS about, avg(DnsMillis + ConnectMillis + FetchMillis + RenderMillis) AS total,
    sum(RenderMillis)::DOUBLE / 1000 AS seconds, to_milliseconds(sum(RenderMillis)::DOUBLE) AS lasted, max(ScrollDepth) FILTER (WHERE IsMobile = 1) AS mobile_scroll,
    kurtosis(RenderMillis) AS tail, mad(RenderMillis) AS deviation, histogram(RenderMillis // 100)
FROM web.page_views GROUP BY SiteId;

-- case: visits rebuilt from views
WITH steps AS (
    SELECT VisitorHash, SeenAt, Url, SeenAt - lag(SeenAt) OVER w AS pause, lead(Url) OVER w AS next_url,
        CASE WHEN SeenAt - lag(SeenAt) OVER w > INTERVAL 30 MINUTE OR lag(SeenAt) OVER w IS NULL THEN 1 ELSE 0 END AS is_first
    FROM web.page_views WINDOW w AS (PARTITION BY VisitorHash ORDER BY SeenAt, ViewId)
), visits AS (
    SELECT *, sum(is_first) OVER (PARTITION BY VisitorHash ORDER BY SeenAt ROWS UNBOUNDED PRECEDING) AS visit FROM steps
)
SELECT VisitorHash, visit, count(*) AS views, min(SeenAt) AS begins, max(SeenAt) - min(SeenAt) AS lasted, epoch(max(SeenAt) - min(SeenAt)) AS seconds,
    first(Url ORDER BY SeenAt) AS landing, last(Url ORDER BY SeenAt) AS leaving, list(Url ORDER BY SeenAt) AS path, count(*) = 1 AS bounced, avg(pause) AS mean_pause
FROM visits GROUP BY VisitorHash, visit;

-- case: a funnel of four steps
WITH firsts AS (
    SELECT visit_id, min(happened_at) FILTER (WHERE kind = 'view') AS viewed, min(happened_at) FILTER (WHERE kind = 'cart') AS carted,
        min(CASE WHEN kind = 'pay' THEN happened_at END) AS paid, sum(value) FILTER (kind = 'pay') AS amount
    FROM web.events GROUP BY visit_id
)
SELECT count(viewed) AS viewed, count(carted) FILTER (WHERE carted > viewed) AS carted, count(paid) FILTER (WHERE paid > carted) AS paid,
    count(paid) / nullif(count(viewed), 0) AS conversion, round(100.0 * count(paid) / count(viewed), 2) AS percent, sum(amount) / count(paid) AS basket,
    avg(date_diff('second', viewed, paid)) AS seconds_to_pay, median(paid - carted) AS middle_wait
FROM firsts;

-- case: properties of events out of documents
SELECT kind, properties ->> '$.page' AS page, (properties ->> 'position')::INTEGER AS position, json_extract_string(properties, '$.source') AS source,
    CAST(properties -> 'score' AS DOUBLE) AS score, count(*) AS n, sum((properties ->> 'price')::DECIMAL(10, 2)) AS total, json_group_array(properties ->> 'id') AS ids,
    max(json_array_length(properties -> 'list')) AS longest, coalesce(properties ->> 'campaign', 'none') AS campaign
FROM web.events
GROUP BY ALL;

-- case: items of events exploded with shares
SELECT e.visit_id, i.item.sku AS sku, i.item.units * i.item.price AS amount, sum(i.item.units * i.item.price) OVER (PARTITION BY e.visit_id) AS visit_amount,
    i.item.units * i.item.price / sum(i.item.units * i.item.price) OVER (PARTITION BY e.visit_id) AS share, len(e.items) AS item_count,
    list_sum(list_transform(e.items, lambda x: x.units * x.price)) AS by_list, list_max([x.price FOR x IN e.items IF x.units > 1]) AS dearest
FROM web.events e, unnest(e.items) AS i(item)
WHERE e.kind = 'pay';

-- case: experiments compared
WITH arms AS (
    SELECT Experiment.name AS experiment, Experiment.variant AS variant, VisitorHash, max(IsBounce) AS bounced, sum(Revenue) AS revenue, count(*) AS views
    FROM web.page_views WHERE Experiment IS NOT NULL GROUP BY ALL
), sums AS (
    SELECT experiment, variant, count(*) AS n, avg(revenue) AS mean, var_samp(revenue) AS variance, sum(bounced) AS bounces, sum(revenue) AS revenue FROM arms GROUP BY ALL
)
SELECT a.experiment, a.variant, b.variant AS other, a.mean - b.mean AS uplift, (a.mean - b.mean) / sqrt(a.variance / a.n + b.variance / b.n) AS z,
    a.bounces / a.n AS bounce_a, b.bounces * 1.0 / b.n AS bounce_b, a.revenue - b.revenue, abs(a.mean / b.mean - 1) > 0.05 AS notable
FROM sums a JOIN sums b ON a.experiment = b.experiment AND a.variant < b.variant;

-- case: attribution to first and last campaign
WITH touches AS (
    SELECT VisitorHash, SeenAt, coalesce(nullif(UtmCampaign, ''), UtmSource, 'direct') AS campaign, Revenue,
        row_number() OVER (PARTITION BY VisitorHash ORDER BY SeenAt) AS nth, count(*) OVER (PARTITION BY VisitorHash) AS touches,
        last_value(Revenue IGNORE NULLS) OVER (PARTITION BY VisitorHash ORDER BY SeenAt ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS final_revenue
    FROM web.page_views
)
SELECT campaign, sum(CASE nth WHEN 1 THEN final_revenue ELSE 0 END) AS first_touch, sum(if(nth = touches, final_revenue, 0)) AS last_touch,
    sum(final_revenue / touches) AS linear, sum(final_revenue * power(0.5, touches - nth)) AS decayed, count(DISTINCT VisitorHash) AS visitors,
    sum(final_revenue) FILTER (WHERE nth = 1) / count(*) FILTER (WHERE nth = 1) AS mean_first
FROM touches GROUP BY campaign
ORDER BY first_touch DESC NULLS LAST;

-- case: interests and goals as lists
SELECT interest, count(*) AS views, count(DISTINCT v.VisitorHash) AS visitors, sum(len(v.GoalsReached)) AS goals, bool_or(list_has_any(v.GoalsReached, [1, 2])) AS reached,
    avg(list_sum(v.GoalsReached)) AS mean_goal, max(list_max(v.GoalsReached)) AS top, list_distinct(flatten(list(v.GoalsReached))) AS all_goals
FROM web.page_views v, unnest(v.Interests) AS t(interest)
GROUP BY interest
ORDER BY views DESC;

-- case: parameters from a map
SELECT Params['page'] AS page, map_keys(Params) AS keys, cardinality(Params) AS n, element_at(Params, 'lang') AS lang, coalesce(Params['sort'], 'none') AS sort,
    try_cast(Params['offset'] AS INTEGER) + 1 AS next_offset, count(*) AS views
FROM web.page_views GROUP BY ALL HAVING count(*) > 5;

-- case: visits by region with population
SELECT r.RegionName, r.Population, count(*) AS views, count(*) / r.Population AS per_head, r.Population // 1000 AS thousands, count(*) * 1e6 / r.Population AS per_million,
    r.Population - count(*) AS rest, sum(v.RevenueMicros) / 1000000 AS revenue, sum(v.RevenueMicros) // 1000000 AS whole, sum(v.Revenue) / 100 AS hundredth
FROM web.page_views v JOIN web.regions r USING (RegionId)
GROUP BY r.RegionName, r.Population;

-- case: bits and hashes
SELECT hash(Url) % 16 AS bucket, bit_and(Os) AS common_bits, bit_or(UserAgent) AS any_bits, bit_xor(UrlHash) AS check_sum, sum(VisitId % 10) AS digit_sum, max(VisitorHash) AS biggest,
    min(VisitId) AS smallest, sum(VisitorHash) AS hash_sum, avg(ViewId) AS mean_view, count(*) << 2 AS shifted, xor(max(SearchEngine), 3)
FROM web.page_views GROUP BY 1;

-- case: hours in local time
SELECT hour(SeenAt + to_minutes(TimeZoneMinutes)) AS local_hour, SeenDay + LocalTime AS local_moment, ReceivedAt - SeenAt::TIMESTAMPTZ AS delay, ReceivedAt AT TIME ZONE 'UTC' AS received,
    extract(epoch FROM ReceivedAt) AS seconds, date_diff('millisecond', ServerTime::TIMESTAMP, SeenAt) AS lag, date_trunc('day', ReceivedAt) AS day, ServerTime - INTERVAL 1 HOUR AS earlier,
    coalesce(ServerTime, SeenAt) AS moment, greatest(SeenDay, SeenAt) AS later, SeenDay - DATE '2024-01-01' AS day_number
FROM web.page_views;

-- case: retention by day with a self join
WITH days AS (SELECT DISTINCT VisitorHash, SeenDay FROM web.page_views),
born AS (SELECT VisitorHash, min(SeenDay) AS born FROM days GROUP BY 1)
SELECT b.born, d.SeenDay - b.born AS age, count(*) AS n, first_value(count(*)) OVER (PARTITION BY b.born ORDER BY d.SeenDay - b.born) AS at_start,
    count(*)::DOUBLE / first_value(count(*)) OVER (PARTITION BY b.born ORDER BY d.SeenDay - b.born) AS kept
FROM born b JOIN days d ON d.VisitorHash = b.VisitorHash AND d.SeenDay BETWEEN b.born AND b.born + 30
GROUP BY b.born, d.SeenDay - b.born
ORDER BY 1, 2;

-- case: text columns searched and cut
SELECT split_part(Url, '?', 1) AS path, list_slice(string_split(Url, '/'), 4, 6) AS parts, contains(Url, 'cart') AS cart, position('?' IN Url) AS mark, left(Title, 40) || '...' AS short,
    upper(Language) AS language, concat_ws('/', UtmSource, UtmMedium, UtmCampaign) AS utm, regexp_extract(Url, 'id=([0-9]+)', 1)::BIGINT AS id, trim(SearchPhrase) AS phrase,
    length(SearchPhrase) - length(replace(SearchPhrase, ' ', '')) + 1 AS words, lower(AgentMinor) LIKE 'a%' AS old, reverse(PhoneModel) AS backwards, Url || '#' || ViewId AS anchor
FROM web.page_views WHERE SearchPhrase ILIKE '%price%';

-- case: everything but a few columns, with changed ones
SELECT * EXCLUDE (Note, Payload, Params) REPLACE (upper(CountryCode) AS CountryCode, RevenueMicros / 1e6 AS RevenueMicros, Latitude::DECIMAL(9, 6) AS Latitude),
    ScreenWidth > ScreenHeight AS is_wide
FROM web.page_views
WHERE SeenDay = current_date
ORDER BY SeenAt
LIMIT 10;

-- case: a share of mobile by week and platform pivoted
SELECT week, desktop, mobile, mobile / (desktop + mobile) AS mobile_share, coalesce(desktop, 0) - coalesce(mobile, 0) AS lead
FROM (SELECT date_trunc('week', SeenDay) AS week, IsMobile, ViewId FROM web.page_views)
PIVOT (count(ViewId) FOR IsMobile IN (0 AS desktop, 1 AS mobile))
ORDER BY week;
