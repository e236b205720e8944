/** Databricks' SQL functions that people use most, for completion and colour. */
export const sqlFunctions = `
abs acos add_months aes_decrypt aes_encrypt aggregate ai_query any_value approx_count_distinct approx_percentile array array_agg
array_append array_compact array_contains array_distinct array_except array_insert array_intersect array_join array_max array_min
array_position array_prepend array_remove array_repeat array_size array_sort array_union arrays_overlap arrays_zip ascii asin atan
atan2 avg base64 bin bit_and bit_count bit_or bit_xor bool_and bool_or bround cardinality cast cbrt ceil ceiling char_length chr
coalesce collect_list collect_set concat concat_ws contains conv corr cos count count_if covar_pop covar_samp crc32 cume_dist
current_catalog current_database current_date current_schema current_timestamp current_timezone current_user date_add date_diff
date_format date_from_unix_date date_part date_sub date_trunc dateadd datediff day dayofmonth dayofweek dayofyear decode degrees
dense_rank element_at elt encode endswith equal_null every exists exp explode explode_outer expm1 extract factorial filter find_in_set
first first_value flatten floor forall format_number format_string from_csv from_json from_unixtime from_utc_timestamp get
get_json_object getbit greatest grouping grouping_id hash hex hour hypot if iff ifnull initcap inline inline_outer instr is_distinct
isnan isnotnull isnull json_array_length json_object_keys json_tuple kurtosis lag last last_day last_value lcase lead least left len
length levenshtein like ln locate log log10 log1p log2 lower lpad ltrim make_date make_dt_interval make_interval make_timestamp
make_ym_interval map map_concat map_contains_key map_entries map_filter map_from_arrays map_from_entries map_keys map_values
map_zip_with mask max max_by md5 mean median min min_by minute mode month months_between named_struct nanvl next_day now nth_value
ntile nullif nvl nvl2 octet_length overlay parse_json parse_url percent_rank percentile percentile_approx percentile_cont
percentile_disc pmod posexplode position positive pow power quarter radians raise_error rand randn random range rank read_files
reduce regexp regexp_count regexp_extract regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr regr_slope repeat
replace reverse right rint rlike round row_number rpad rtrim schema_of_json second sequence session_user sha sha1 sha2 shiftleft
shiftright shuffle sign sin size skewness slice some sort_array soundex space spark_partition_id split split_part sqrt stack
startswith stddev stddev_pop stddev_samp str_to_map struct substr substring substring_index sum tan tanh timestamp_micros
timestamp_millis timestamp_seconds timestampadd timestampdiff to_binary to_char to_csv to_date to_json to_number to_timestamp
to_unix_timestamp to_utc_timestamp to_varchar transform transform_keys transform_values translate trim trunc try_add try_avg try_cast
try_divide try_element_at try_multiply try_parse_json try_subtract try_sum try_to_number try_to_timestamp typeof ucase unbase64 unhex
unix_date unix_micros unix_millis unix_seconds unix_timestamp upper uuid var_pop var_samp variance variant_get version weekday
weekofyear width_bucket window xpath year zip_with
`
  .trim()
  .split(/\s+/);
