import { describe, expect, test } from "vitest";
import { pureFunctions } from "./pure-functions.ts";
import { whyNotReading } from "./reading-statement.ts";

/** The shapes of TPC-H's queries, in its order. */
const tpch = [
  `select l_returnflag, l_linestatus, sum(l_quantity) as sum_qty, sum(l_extendedprice * (1 - l_discount)) as sum_disc_price,
   avg(l_discount) as avg_disc, count(*) as count_order from lineitem
   where l_shipdate <= date '1998-12-01' - interval '90' day group by l_returnflag, l_linestatus order by 1, 2`,
  `select s_acctbal, s_name from part, supplier, partsupp where p_partkey = ps_partkey and p_type like '%BRASS'
   and ps_supplycost = (select min(ps_supplycost) from partsupp, supplier where s_suppkey = ps_suppkey)
   order by s_acctbal desc limit 100`,
  `select l_orderkey, sum(l_extendedprice * (1 - l_discount)) as revenue, o_orderdate from customer, orders, lineitem
   where c_mktsegment = 'BUILDING' and o_orderdate < date '1995-03-15' group by l_orderkey, o_orderdate order by revenue desc`,
  `select o_orderpriority, count(*) as order_count from orders where o_orderdate >= date '1993-07-01'
   and exists (select * from lineitem where l_orderkey = o_orderkey and l_commitdate < l_receiptdate) group by o_orderpriority`,
  `select n_name, sum(l_extendedprice * (1 - l_discount)) as revenue from customer, orders, lineitem, nation, region
   where r_name = 'ASIA' and o_orderdate < date '1994-01-01' + interval '1' year group by n_name order by revenue desc`,
  `select sum(l_extendedprice * l_discount) as revenue from lineitem where l_discount between .06 - 0.01 and .06 + 0.01`,
  `select supp_nation, l_year, sum(volume) as revenue from (select n1.n_name as supp_nation,
   extract(year from l_shipdate) as l_year, l_extendedprice * (1 - l_discount) as volume from supplier, lineitem, nation n1
   where ((n1.n_name = 'FRANCE' and n1.n_regionkey = 1) or (n1.n_name = 'GERMANY'))) as shipping group by supp_nation, l_year`,
  `select o_year, sum(case when nation = 'BRAZIL' then volume else 0 end) / sum(volume) as mkt_share from
   (select extract(year from o_orderdate) as o_year, l_extendedprice * (1 - l_discount) as volume, n2.n_name as nation
   from part, lineitem, orders, nation n2) as all_nations group by o_year`,
  `select nation, o_year, sum(amount) as sum_profit from (select n_name as nation, year(o_orderdate) as o_year,
   l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity as amount from part, lineitem where p_name like '%green%')
   as profit group by nation, o_year order by nation, o_year desc`,
  `select c_custkey, c_name, sum(l_extendedprice * (1 - l_discount)) as revenue from customer, orders, lineitem
   where o_orderdate < add_months(date '1993-10-01', 3) and l_returnflag = 'R' group by c_custkey, c_name limit 20`,
  `select ps_partkey, sum(ps_supplycost * ps_availqty) as value from partsupp group by ps_partkey
   having sum(ps_supplycost * ps_availqty) > (select sum(ps_supplycost * ps_availqty) * 0.0001 from partsupp)`,
  `select l_shipmode, sum(case when o_orderpriority = '1-URGENT' or o_orderpriority = '2-HIGH' then 1 else 0 end) as high
   from orders, lineitem where l_shipmode in ('MAIL', 'SHIP') and l_receiptdate >= date '1994-01-01' group by l_shipmode`,
  `select c_count, count(*) as custdist from (select c_custkey, count(o_orderkey) from customer left outer join orders on
   c_custkey = o_custkey and o_comment not like '%special%requests%' group by c_custkey) as c_orders (c_custkey, c_count)
   group by c_count order by custdist desc`,
  `select 100.00 * sum(case when p_type like 'PROMO%' then l_extendedprice * (1 - l_discount) else 0 end)
   / sum(l_extendedprice * (1 - l_discount)) as promo_revenue from lineitem, part where l_partkey = p_partkey`,
  `with revenue (supplier_no, total_revenue) as (select l_suppkey, sum(l_extendedprice * (1 - l_discount)) from lineitem
   group by l_suppkey) select s_suppkey, total_revenue from supplier, revenue
   where total_revenue = (select max(total_revenue) from revenue) order by s_suppkey`,
  `select p_brand, count(distinct ps_suppkey) as supplier_cnt from partsupp, part where p_size in (49, 14, 23)
   and ps_suppkey not in (select s_suppkey from supplier where s_comment like '%Complaints%') group by p_brand`,
  `select sum(l_extendedprice) / 7.0 as avg_yearly from lineitem, part
   where l_quantity < (select 0.2 * avg(l_quantity) from lineitem where l_partkey = p_partkey)`,
  `select c_name, o_totalprice, sum(l_quantity) from customer, orders, lineitem where o_orderkey in
   (select l_orderkey from lineitem group by l_orderkey having sum(l_quantity) > 300) group by c_name, o_totalprice`,
  `select sum(l_extendedprice * (1 - l_discount)) as revenue from lineitem, part where (p_brand = 'Brand#12'
   and p_container in ('SM CASE', 'SM BOX') and l_quantity >= 1) or (p_brand = 'Brand#23' and p_size between 1 and 10)`,
  `select s_name from supplier where s_suppkey in (select ps_suppkey from partsupp where ps_partkey in (select p_partkey
   from part where p_name like 'forest%') and ps_availqty > (select 0.5 * sum(l_quantity) from lineitem)) order by s_name`,
  `select s_name, count(*) as numwait from supplier, lineitem l1, orders where exists (select * from lineitem l2 where
   l2.l_orderkey = l1.l_orderkey) and not exists (select * from lineitem l3 where l3.l_suppkey <> l1.l_suppkey)
   group by s_name order by numwait desc limit 100`,
  `select cntrycode, count(*) as numcust, sum(c_acctbal) as totacctbal from (select substring(c_phone, 1, 2) as cntrycode,
   c_acctbal from customer where substring(c_phone, 1, 2) in ('13', '31') and not exists (select * from orders)) as custsale
   group by cntrycode order by cntrycode`,
];

const clauses = [
  "SELECT 1 WHERE (1 = 1) AND (2 = 2) OR (3 = 3)",
  "SELECT DISTINCT (a), b FROM t",
  "SELECT ALL (a) FROM t",
  "SELECT (a + b) * (c) FROM (SELECT 1 AS a)",
  "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (id, name)",
  "SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(id, name)",
  "SELECT * FROM VALUES (1), (2) t(id)",
  "SELECT * FROM (SELECT 1, 2) t(a, b)",
  "SELECT * FROM (SELECT 1, 2) AS `t` (`a`, `b`)",
  "SELECT * FROM main.sales.orders o (a, b)",
  "SELECT * FROM `main`.`sales`.`orders` o (a, b)",
  "SELECT * FROM range(3) AS r(id)",
  "SELECT * FROM range(0, 10, 2) r (id)",
  "SELECT a.x, b.y FROM a JOIN b USING (id)",
  "SELECT * FROM a LEFT ANTI JOIN b ON (a.id = b.id)",
  "SELECT * FROM a CROSS JOIN (SELECT 1) b",
  "SELECT * FROM a FULL OUTER JOIN (SELECT 1 AS id) b USING (id)",
  "SELECT * FROM a NATURAL JOIN (b)",
  "SELECT * FROM t, LATERAL (SELECT t.a + 1 AS b)",
  "SELECT * FROM t, LATERAL explode(t.items) AS e(item)",
  "SELECT * FROM t JOIN LATERAL (SELECT 1) l(a)",
  "SELECT k, v FROM t LATERAL VIEW explode(m) e AS k, v",
  "SELECT k FROM t LATERAL VIEW OUTER posexplode(a) e AS p, k",
  "SELECT explode(map('a', 1)) AS (k, v)",
  "SELECT stack(2, 1, 'a', 2, 'b') AS (id, name)",
  "SELECT a, sum(b) FROM t GROUP BY ROLLUP (a, c)",
  "SELECT a, sum(b) FROM t GROUP BY CUBE (a, c)",
  "SELECT a, sum(b) FROM t GROUP BY GROUPING SETS ((a), (a, c), ())",
  "SELECT a, sum(b) FROM t GROUP BY (a) HAVING (sum(b) > 1)",
  "SELECT a FROM t GROUP BY ALL ORDER BY ALL",
  "SELECT * FROM t PIVOT (sum(amount) AS s FOR (q, r) IN ((1, 'a') AS q1, (2, 'b') AS q2))",
  "SELECT * FROM t UNPIVOT INCLUDE NULLS (v FOR n IN (a AS 'x', b AS 'y'))",
  "SELECT * FROM t UNPIVOT ((a, b) FOR n IN ((c, d) AS 'x', (e, f) AS 'y'))",
  "SELECT * FROM t TABLESAMPLE (10 PERCENT) REPEATABLE (42)",
  "SELECT * FROM t TABLESAMPLE (5 ROWS) AS s (a, b)",
  "SELECT rank() OVER (PARTITION BY a ORDER BY b DESC) FROM t",
  "SELECT sum(a) OVER w, avg(a) OVER w FROM t WINDOW w AS (PARTITION BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
  "SELECT sum(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW) FROM t",
  "SELECT last_value(a) IGNORE NULLS OVER (ORDER BY b) FROM t",
  "SELECT count(*) FILTER (WHERE a > 1) FROM t",
  "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t",
  "SELECT listagg(a, ',') WITHIN GROUP (ORDER BY a) FROM t",
  "SELECT a FROM t QUALIFY (row_number() OVER (PARTITION BY a ORDER BY b)) = 1",
  "SELECT * EXCEPT (a, b) FROM t",
  "SELECT * REPLACE (a + 1 AS a) FROM t",
  "SELECT a FROM t WHERE b LIKE ANY ('a%', 'b%') AND c NOT LIKE ALL ('x')",
  "SELECT a FROM t WHERE b ILIKE ('a%') OR c RLIKE ('b') OR d REGEXP ('c')",
  "SELECT a FROM t WHERE b BETWEEN (1) AND (2) AND c = ANY (SELECT 1)",
  "SELECT a FROM t WHERE (a, b) IN (SELECT c, d FROM u)",
  "SELECT CASE WHEN (a > 1) THEN (b) ELSE (c) END, CASE (a) WHEN (1) THEN 2 END FROM t",
  "(SELECT 1) UNION ALL (SELECT 2) EXCEPT (SELECT 3) INTERSECT (SELECT 4)",
  "SELECT a FROM t LIMIT (10) OFFSET (5)",
  "SELECT a DIV (2), -(a), NOT (b) FROM t",
  "SELECT * FROM t TIMESTAMP AS OF (current_timestamp() - INTERVAL 1 DAY)",
  "SELECT * FROM t VERSION AS OF 12",
  "SELECT * FROM TABLE (range(3))",
  "SELECT * FROM t DISTRIBUTE BY (a) SORT BY (b)",
  "SELECT * FROM t CLUSTER BY (a)",
  "WITH a AS (SELECT 1 AS x), b AS (SELECT 2 AS y) SELECT * FROM a, b",
  "WITH a (x) AS (SELECT 1), b (y, z) AS (SELECT 2, 3) SELECT * FROM a, b",
  "WITH a (x) AS (VALUES (1), (2)), b (y) AS ((SELECT 1)), c (z) AS (TABLE t), d (w) AS (FROM t SELECT 1) SELECT 1",
  "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
  "WITH RECURSIVE r(n) MAX RECURSION LEVEL 200 AS (SELECT 1) SELECT * FROM r",
  "FROM t |> WHERE (a > 1) |> AGGREGATE sum(b) AS s GROUP BY c |> ORDER BY s",
  "FROM t SELECT a, count(*) GROUP BY a",
  "TABLE main.default.t",
  "SHOW TABLES IN main.default LIKE 'a*'",
  "SHOW PARTITIONS main.default.t PARTITION (a = 1)",
  "SHOW COLUMNS IN t",
  "DESCRIBE TABLE EXTENDED main.default.t PARTITION (a = 1)",
  "DESCRIBE QUERY SELECT upper(a) FROM t",
  "EXPLAIN FORMATTED SELECT count(*) FROM t",
  "LIST '/Volumes/main/default/files' LIMIT 10",
];

const functions = [
  "SELECT CAST(a AS DECIMAL(10, 2)), try_cast(b AS VARCHAR(20)), c::DECIMAL(5,1), d::CHAR(3) FROM t",
  "SELECT CAST(a AS ARRAY<STRUCT<x: DECIMAL(10,2), y: MAP<STRING, INT>>>) FROM t",
  "SELECT CAST(a AS NUMERIC(5)), CAST(b AS DEC(5, 2)), CAST(c AS TIME(6)), CAST(d AS GEOMETRY(4326)) FROM t",
  "SELECT `upper`('a'), `Count`(*) FROM t",
  "SELECT upper /* a comment */ ('a'), lower\n('B')",
  "SELECT coalesce(a, b), nvl(a, 0), nullif(a, b), if(a, b, c), iff(a, b, c), ifnull(a, b), zeroifnull(a) FROM t",
  "SELECT date_trunc('MONTH', d), dateadd(DAY, 1, d), datediff(d, e), date_format(d, 'yyyy'), trunc(d, 'YEAR') FROM t",
  "SELECT timestampadd(HOUR, 1, a), timestampdiff(MINUTE, a, b), make_date(2024, 1, 1), last_day(d) FROM t",
  "SELECT to_timestamp(a, 'yyyy'), from_unixtime(b), unix_timestamp(), to_date(c), from_utc_timestamp(d, 'UTC') FROM t",
  "SELECT extract(DAY FROM d), date_part('year', d), dayofweek(d), weekofyear(d), quarter(d) FROM t",
  "SELECT current_date(), current_timestamp(), now(), getdate(), curdate(), localtimestamp() FROM t",
  "SELECT concat(a, b), concat_ws(',', a, b), substr(a, 1), substring(a FROM 2 FOR 3), left(a, 1), right(a, 1) FROM t",
  "SELECT trim(BOTH 'x' FROM a), position('a' IN b), overlay(a PLACING 'b' FROM 2), translate(a, 'b', 'c') FROM t",
  "SELECT split(a, ','), regexp_replace(a, 'b', 'c'), regexp_extract(a, '(b)', 1), replace(a, 'b'), initcap(a) FROM t",
  "SELECT lpad(a, 5, '0'), format_number(b, 2), format_string('%s', a), printf('%d', b), repeat(a, 2) FROM t",
  "SELECT transform(a, x -> x + 1), filter(a, x -> x > 1), aggregate(a, 0, (s, x) -> s + x), exists(a, x -> x = 1) FROM t",
  "SELECT array_contains(a, 1), array_sort(a), sort_array(a), array_distinct(a), flatten(b), slice(a, 1, 2) FROM t",
  "SELECT map_keys(m), map_values(m), map_from_arrays(a, b), element_at(m, 'x'), named_struct('a', 1), struct(a) FROM t",
  "SELECT from_json(a, 'x INT'), to_json(b), get_json_object(a, '$.x'), json_tuple(a, 'x'), schema_of_json('{}') FROM t",
  "SELECT parse_json(a), variant_get(v, '$.x', 'INT'), try_variant_get(v, '$.x', 'INT'), schema_of_variant(v) FROM t",
  "SELECT raw:items[0].price::DOUBLE, raw:name FROM t",
  "SELECT key, value FROM t, LATERAL variant_explode(t.v)",
  "SELECT round(a, 2), bround(a), floor(a), ceil(a), abs(a), mod(a, 2), pmod(a, 2), power(a, 2), sqrt(a), greatest(a, b) FROM t",
  "SELECT count(DISTINCT a, b), count_if(a > 1), sum(DISTINCT a), any_value(a), first(a, true), mode(a), median(a) FROM t",
  "SELECT stddev(a), var_samp(a), corr(a, b), covar_pop(a, b), skewness(a), approx_count_distinct(a), max_by(a, b) FROM t",
  "SELECT collect_list(a), collect_set(a), array_agg(a), string_agg(a, ','), bool_and(a), every(a), some(a), any(a) FROM t",
  "SELECT grouping(a), grouping_id(a, b), sum(c) FROM t GROUP BY CUBE (a, b)",
  "SELECT row_number() OVER (ORDER BY a), lag(a, 1, 0) OVER (ORDER BY a), ntile(4) OVER (ORDER BY a) FROM t",
  "SELECT md5(a), sha2(a, 256), crc32(a), xxhash64(a), hash(a, b), base64(a), unbase64(b), hex(a) FROM t",
  "SELECT rand(), randn(1), uuid(), monotonically_increasing_id(), shuffle(a), random() FROM t",
  "SELECT current_user(), session_user(), current_catalog(), current_schema(), is_member('x'), version()",
  "SELECT parse_url(a, 'HOST'), url_encode(a), url_decode(b), mask(a), aes_decrypt(a, b) FROM t",
  "SELECT h3_longlatash3(a, b, 9), st_distance(st_point(1, 2), st_point(3, 4)), st_geomfromtext(w) FROM t",
  "SELECT window.start, count(*) FROM t GROUP BY window(ts, '5 minutes'), session_window(ts, '1 minute')",
  "SELECT bitmap_count(a), hll_sketch_estimate(hll_sketch_agg(b)), approx_percentile(c, 0.5), width_bucket(d, 0, 1, 2) FROM t",
  "SELECT * FROM table_changes('main.default.t', 1, 10)",
  "SELECT inline(array(struct(1, 'a'))), sequence(1, 5), typeof(a), assert_true(a), raise_error('no')",
  "SELECT to_number(a, '999'), to_char(b, '999'), try_to_number(c, '9'), try_divide(a, b), try_add(a, b) FROM t",
  "SELECT measure(revenue) FROM main.default.metrics GROUP BY ALL",
  "SELECT ai_query, secret, read_files, remote_query FROM t",
  "SELECT 'ai_query(1)', \"remote_query(2)\" -- http_request(3)\nFROM t /* secret(4) */",
  "SELECT remote_query.a FROM t remote_query",
  "SELECT t.filter, t.values, t.`in` FROM t WHERE t.group IN (1)",
];

describe("SQL that only reads is allowed:", () => {
  test.each([...tpch, ...clauses, ...functions])("%s", (sql) => expect(whyNotReading(sql)).toBeUndefined());

  test("calls of every function that is known to only compute", () => {
    for (const name of pureFunctions) {
      expect([name, whyNotReading(`SELECT ${name}(a) FROM t`)]).toEqual([name, undefined]);
    }
  });

  test("calls of a function that the settings allow, however its name is written", () => {
    const allowed = new Set(["MAIN.DEFAULT.NET_AMOUNT", "READ_FILES"]);
    for (const sql of [
      "SELECT main.default.net_amount(a) FROM t",
      "SELECT `Main`.`default` . net_amount (a) FROM t",
      "SELECT * FROM read_files('/Volumes/main/default/files/a.csv')",
    ]) {
      expect(whyNotReading(sql, allowed)).toBeUndefined();
    }
    expect(whyNotReading("SELECT net_amount(a) FROM t", allowed)).toContain("it calls net_amount,");
    expect(whyNotReading("SELECT other.default.net_amount(a) FROM t", allowed)).toContain("it calls other.");
  });
});

describe("a function that is not known to only compute is refused by name:", () => {
  test.each([
    ["remote_query", "SELECT * FROM remote_query('pg', database => 'd', query => 'DELETE FROM t')"],
    ["system.ai.python_exec", "SELECT system.ai.python_exec('import os')"],
    ["ai_query", "SELECT ai_query('endpoint', 'prompt')"],
    ["ai_gen", "SELECT ai_gen('prompt')"],
    ["ai_classify", "SELECT ai_classify(a, array('x')) FROM t"],
    ["ai_forecast", "SELECT * FROM ai_forecast(TABLE(t), horizon => '2025-01-01')"],
    ["ai_parse_document", "SELECT ai_parse_document(content) FROM t"],
    ["vector_search", "SELECT * FROM vector_search(index => 'main.default.i', query_text => 'x')"],
    ["secret", "SELECT secret('scope', 'key')"],
    ["try_secret", "SELECT try_secret('scope', 'key')"],
    ["list_secrets", "SELECT * FROM list_secrets()"],
    ["read_kafka", "SELECT * FROM read_kafka(bootstrapServers => 'evil:9092', subscribe => 't')"],
    ["read_kinesis", "SELECT * FROM read_kinesis(streamName => 's')"],
    ["read_pubsub", "SELECT * FROM read_pubsub(subscriptionId => 's')"],
    ["read_pulsar", "SELECT * FROM read_pulsar(serviceUrl => 'pulsar://evil')"],
    ["read_files", "SELECT * FROM read_files('s3://b/', badRecordsPath => 's3://b/bad')"],
    ["read_state_metadata", "SELECT * FROM read_state_metadata('/c')"],
    ["read_statestore", "SELECT * FROM read_statestore('/c')"],
    ["cloud_files_state", "SELECT * FROM cloud_files_state('/c')"],
    ["event_log", "SELECT * FROM event_log('pipeline')"],
    ["http_request", "SELECT http_request(conn => 'c', method => 'POST', path => '/')"],
    ["from_avro", "SELECT from_avro(a, 's', 'https://schemas.example.com') FROM t"],
    ["to_avro", "SELECT to_avro(a, 's', 'https://schemas.example.com') FROM t"],
    ["from_protobuf", "SELECT from_protobuf(a, 'm', '/descriptor') FROM t"],
    ["to_protobuf", "SELECT to_protobuf(a, 'm', '/descriptor') FROM t"],
    ["reflect", "SELECT reflect('java.lang.System', 'exit', 1)"],
    ["java_method", "SELECT java_method('a', 'b')"],
    ["try_reflect", "SELECT try_reflect('a', 'b')"],
    ["nextval", "SELECT nextval('s')"],
    ["my_function", "SELECT my_function(a) FROM t"],
    ["main.default.f", "SELECT main.default.f(a) FROM t"],
    ["default.f", "SELECT default.f(a) FROM t"],
    ["main.default.abs", "SELECT main.default.abs(a) FROM t"],
    ["main.default.f", "SELECT * FROM main.default.f(1, 2)"],
    ["main.default.f", "SELECT * FROM main . default . f (1)"],
    ["main.default.f", "SELECT * FROM `main`.`default`.`f`(1)"],
    // However it is written, and wherever it stands.
    ["remote_query", "SELECT * FROM `remote_query`('pg')"],
    ["remote_query", "SELECT * FROM Remote_Query\n-- a comment\n(/* another */ 'pg')"],
    ["ai_query", "SELECT upper(ai_query('e', a)) FROM t"],
    ["ai_query", "SELECT a FROM t WHERE b IN (ai_query('e', a))"],
    ["ai_query", "SELECT CASE WHEN ai_query('e', a) THEN 1 END FROM t"],
    ["ai_query", "SELECT transform(a, x -> ai_query('e', x)) FROM t"],
    ["ai_query", "SELECT sum(a) OVER (ORDER BY ai_query('e', b)) FROM t"],
    ["ai_query", "WITH c AS (SELECT ai_query('e', 'p') AS a) SELECT * FROM c"],
    ["ai_query", "WITH c (a) AS (SELECT ai_query('e', 'p')) SELECT * FROM c"],
    ["ai_query", "FROM t |> WHERE ai_query('e', a)"],
    ["ai_query", "VALUES (ai_query('e', 'p'))"],
    ["ai_query", "EXPLAIN SELECT ai_query('e', 'p')"],
    ["evil", "SELECT * FROM t, LATERAL evil(t.a)"],
    ["evil", "SELECT * FROM t JOIN evil(1)"],
    ["evil", "SELECT * FROM t LATERAL VIEW evil(a) e AS b"],
    ["evil", "SELECT * FROM t TIMESTAMP AS OF evil(1)"],
    ["evil", "SELECT * FROM t PIVOT (evil(a) FOR b IN (1))"],
    ["evil", "SELECT * FROM TABLE(evil(1))"],
    // What looks like a list of columns, and is a call.
    ["evil", "SELECT 1, evil(a) AS (b, c) FROM t"],
    ["evil", "SELECT 1, evil(a) AS (select) FROM t"],
    ["evil", "SELECT 1, evil(a, b) AS (select, values) FROM t"],
    ["evil", 'SELECT 1, evil (a) AS ("b", "c") FROM t'],
    ["evil", "SELECT 1, evil (a) AS (IDENTIFIER('b')) FROM t"],
    ["evil", "SELECT 1, evil (a) AS (IDENTIFIER(:b), c) FROM t"],
    ["evil", "SELECT 1, evil (a) AS (:b) FROM t"],
    ["evil", "SELECT 1, evil(a) AS b FROM t"],
    ["evil", "WITH c AS (SELECT 1), evil(a + 1) AS (SELECT 2) SELECT 1"],
    ["evil", "SELECT * FROM t, evil(a) AS u (b)"],
    ["in", "SELECT `in`(1)"],
    ["main.values", "SELECT * FROM main.values(1)"],
    ["1.evil", "SELECT 1.evil(2)"],
    ["evil", "SELECT 1.FROM evil(2)"],
  ])("%s in %s", (name, sql) => {
    expect(whyNotReading(sql)).toBe(
      `it calls ${name}, which is not a built-in function known to only read; READ_ONLY_FUNCTIONS can allow it`,
    );
  });
});

test.each([",a", ",a(b)", ",a(b) AS (", "a.", "(a", ",f(a,", "`a`.", "AS a("])(
  "SQL with 50,000 times %j is checked in linear time",
  (piece) => {
    expect(["string", "undefined"]).toContain(typeof whyNotReading(`SELECT ${piece.repeat(50_000)}(1)`));
  },
);
