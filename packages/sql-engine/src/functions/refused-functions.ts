/**
 * Databricks' built-in functions that the engine lacks, from the list in its SQL reference. A call is refused as
 * unsupported rather than as unknown. None of them is in the registry.
 */
export const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set(
  `acosh aes_decrypt aes_encrypt ai_analyze_sentiment ai_classify ai_extract ai_fix_grammar ai_forecast ai_gen
   ai_generate_text ai_mask ai_query ai_similarity ai_summarize ai_translate approx_top_k
   approx_top_k_accumulate approx_top_k_combine approx_top_k_estimate array_insert asinh atanh bitmap_and_agg
   bitmap_bit_position bitmap_bucket_number bitmap_construct_agg bitmap_count bitmap_or_agg bround collate
   collation collations conv convert_timezone count_min_sketch crc32 current_metastore current_recipient
   date_bucket from_avro from_csv from_protobuf from_xml h3_boundaryasgeojson h3_boundaryaswkb h3_boundaryaswkt
   h3_centerasgeojson h3_centeraswkb h3_centeraswkt h3_compact h3_coverash3 h3_coverash3string h3_distance
   h3_h3tostring h3_hexring h3_ischildof h3_ispentagon h3_isvalid h3_kring h3_kringdistances h3_longlatash3
   h3_longlatash3string h3_maxchild h3_minchild h3_pointash3 h3_pointash3string h3_polyfillash3
   h3_polyfillash3string h3_resolution h3_stringtoh3 h3_tessellateaswkb h3_tochildren h3_toparent
   h3_try_polyfillash3 h3_try_validate h3_uncompact h3_validate hash histogram_numeric hll_sketch_agg
   hll_sketch_estimate hll_union hll_union_agg http_request ilike input_file_block_length input_file_block_start
   input_file_name is_account_group_member is_member is_valid_utf8 java_method json_tuple kll_sketch_agg_bigint
   kurtosis like list_secrets luhn_check make_interval make_valid_utf8 map_zip_with mask
   monotonically_increasing_id parse_url randn randstr reflect regexp_instr regr_avgx regr_avgy regr_count
   regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy schema_of_avro schema_of_csv schema_of_json
   schema_of_json_agg schema_of_variant schema_of_variant_agg schema_of_xml secret sentences session_window
   shiftleft shiftrightunsigned shuffle skewness soundex spark_partition_id sql_keywords str_to_map
   theta_sketch_agg to_avro to_char to_csv to_number to_protobuf to_varchar to_variant_object to_xml
   try_aes_decrypt try_avg try_make_interval try_make_timestamp try_make_timestamp_ltz try_make_timestamp_ntz
   try_parse_url try_reflect try_secret try_sum try_to_binary try_to_number try_url_decode try_validate_utf8
   try_variant_get try_zstd_decompress uniform url_decode url_encode validate_utf8 variant_explode
   variant_explode_outer variant_get version width_bucket window window_time xpath xpath_boolean xpath_double
   xpath_float xpath_int xpath_long xpath_number xpath_short xpath_string xxhash64 zstd_compress zstd_decompress`.split(
    /\s+/,
  ),
);

/** How many arguments Databricks accepts where the engine accepts fewer. */
export const ARGUMENTS_ON_DATABRICKS: Readonly<Record<string, number>> = {
  approx_count_distinct: 2,
  array_sort: 2,
  ceil: 2,
  ceiling: 2,
  floor: 2,
  from_json: 3,
  levenshtein: 3,
  make_timestamp: 7,
  make_timestamp_ltz: 7,
  mode: 2,
  percentile: 3,
  percentile_approx: 4,
  rand: 1,
  random: 1,
  regexp_replace: 4,
  to_json: 2,
  uuid: 1,
};
