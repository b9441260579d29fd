/**
 * What `pg_catalog` holds, as data: names of types; names of functions by what they return ("" where overloads
 * differ, or the type follows the arguments); functions of extensions. Read from a server's `pg_type`, `pg_proc` and
 * `pg_depend` (15, with what 16 to 18 added), less what only the server itself calls.
 */
export const TYPE_NAMES = `
aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray
anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char
cid cidr circle cstring date datemultirange daterange event_trigger float4 float8 inet int2 int2vector
int4 int4multirange int4range int8 int8multirange int8range interval json jsonb jsonpath line lseg
macaddr macaddr8 money name numeric nummultirange numrange oid oidvector path pg_dependencies pg_lsn
pg_mcv_list pg_ndistinct pg_node_tree pg_snapshot point polygon record refcursor regclass regcollation
regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype text tid
time timestamp timestamptz timetz trigger tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector
txid_snapshot uuid varbit varchar void xid xid8 xml
`;

export const FUNCTIONS_BY_RESULT: Readonly<Record<string, string>> = {
  "": `
abs aclexplode age any_value array_agg array_append array_cat array_fill array_prepend array_remove
array_replace array_reverse array_sample array_shuffle array_sort avg bit_and bit_or bit_xor btrim ceil
ceiling date_bin date_trunc enum_first enum_last enum_range exp first_value floor gamma gcd
generate_series generate_subscripts json_array_elements json_array_elements_text json_each
json_each_text json_object_keys json_populate_record json_populate_recordset json_to_record
json_to_recordset jsonb_array_elements jsonb_array_elements_text jsonb_contained jsonb_each
jsonb_each_text jsonb_object_keys jsonb_path_query jsonb_path_query_tz jsonb_populate_record
jsonb_populate_recordset jsonb_to_record jsonb_to_recordset lag last_value lcm lead length lgamma
like_escape ln log log10 lower ltrim max merge_action min mod mode multirange multirange_minus
multirange_union nth_value overlay percentile_cont percentile_disc pg_available_extension_versions
pg_available_extensions pg_backup_stop pg_config pg_control_checkpoint pg_control_init
pg_control_recovery pg_control_system pg_copy_logical_replication_slot pg_copy_physical_replication_slot
pg_create_logical_replication_slot pg_create_physical_replication_slot pg_cursor
pg_event_trigger_ddl_commands pg_event_trigger_dropped_objects pg_extension_update_paths pg_get_acl
pg_get_backend_memory_contexts pg_get_catalog_foreign_keys pg_get_keywords pg_get_multixact_members
pg_get_object_address pg_get_publication_tables pg_get_replication_slots pg_get_shmem_allocations
pg_get_wal_resource_managers pg_hba_file_rules pg_ident_file_mappings pg_identify_object
pg_identify_object_as_address pg_last_committed_xact pg_listening_channels pg_lock_status
pg_logical_slot_get_binary_changes pg_logical_slot_get_changes pg_logical_slot_peek_binary_changes
pg_logical_slot_peek_changes pg_ls_archive_statusdir pg_ls_dir pg_ls_logdir pg_ls_logicalmapdir
pg_ls_logicalsnapdir pg_ls_replslotdir pg_ls_tmpdir pg_ls_waldir pg_mcv_list_items pg_options_to_table
pg_partition_ancestors pg_partition_tree pg_prepared_statement pg_prepared_xact
pg_replication_slot_advance pg_sequence_parameters pg_show_all_file_settings pg_show_all_settings
pg_show_replication_origin_status pg_snapshot_xip pg_tablespace_databases pg_timezone_abbrevs
pg_timezone_names pg_walfile_name_offset pg_xact_commit_timestamp_origin plpgsql_call_handler pow power
range_agg range_intersect_agg range_merge range_minus range_union regexp_matches regexp_split_to_table
round rtrim set_bit set_masklen sign sqrt stddev stddev_pop stddev_samp string_agg string_to_table
substr substring sum suppress_redundant_updates_trigger timezone trim_array trunc ts_debug ts_headline
ts_parse ts_stat ts_token_type tsvector_update_trigger tsvector_update_trigger_column txid_snapshot_xip
unique_key_recheck unnest upper var_pop var_samp variance
`,
  _aclitem: `
acldefault aclinsert aclremove
`,
  _int4: `
array_positions pg_blocking_pids pg_safe_snapshot_blocking_pids
`,
  _name: `
current_schemas
`,
  _text: `
parse_ident pg_get_statisticsobjdef_expressions pg_settings_get_flags regexp_match regexp_split_to_array
string_to_array ts_lexize tsvector_to_array
`,
  _xml: `
xpath
`,
  aclitem: `
makeaclitem
`,
  bit: `
bit
`,
  bool: `
aclcontains amvalidate arraycontains bool bool_and bool_or box_contain_pt bpchariclike bpcharicnlike
bpcharlike bpcharnlike bytealike byteanlike circle_contain_pt date_eq_timestamp date_eq_timestamptz
date_ge_timestamp date_ge_timestamptz date_gt_timestamp date_gt_timestamptz date_le_timestamp
date_le_timestamptz date_lt_timestamp date_lt_timestamptz date_ne_timestamp date_ne_timestamptz every
has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege
has_function_privilege has_language_privilege has_largeobject_privilege has_parameter_privilege
has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege
has_tablespace_privilege has_type_privilege inter_lb inter_sb inter_sl is_normalized isclosed isempty
isfinite ishorizontal isopen isparallel isperp isvertical jsonb_contains jsonb_exists jsonb_exists_all
jsonb_exists_any jsonb_path_exists jsonb_path_exists_opr jsonb_path_exists_tz jsonb_path_match
jsonb_path_match_opr jsonb_path_match_tz like line_horizontal line_parallel line_perp line_vertical
lower_inc lower_inf lseg_horizontal lseg_parallel lseg_perp lseg_vertical multirange_contains_elem
nameeqtext namegetext namegttext nameiclike nameicnlike nameletext namelike namelttext namenetext
namenlike network_sub notlike on_pb on_ppath on_ps on_sb on_sl overlaps path_contain_pt path_inter
pg_advisory_unlock pg_advisory_unlock_shared pg_cancel_backend pg_collation_is_visible
pg_column_is_updatable pg_conversion_is_visible pg_function_is_visible pg_has_role
pg_index_column_has_property pg_index_has_property pg_indexam_has_property pg_input_is_valid
pg_is_in_recovery pg_is_other_temp_schema pg_is_wal_replay_paused pg_isolation_test_session_is_blocked
pg_jit_available pg_log_backend_memory_contexts pg_opclass_is_visible pg_operator_is_visible
pg_opfamily_is_visible pg_promote pg_relation_is_publishable pg_reload_conf
pg_replication_origin_session_is_setup pg_rotate_logfile pg_rotate_logfile_old pg_table_is_visible
pg_terminate_backend pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock
pg_try_advisory_xact_lock_shared pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible
pg_ts_template_is_visible pg_type_is_visible pg_visible_in_snapshot poly_contain_pt
postgresql_fdw_validator pt_contained_poly range_adjacent range_after range_before range_contained_by
range_contains_elem range_overlaps regexp_like row_security_active satisfies_hash_partition starts_with
texteqname textgename textgtname texticlike texticnlike textlename textlike textltname textnename
textnlike timestamp_eq_date timestamp_eq_timestamptz timestamp_ge_date timestamp_ge_timestamptz
timestamp_gt_date timestamp_gt_timestamptz timestamp_le_date timestamp_le_timestamptz timestamp_lt_date
timestamp_lt_timestamptz timestamp_ne_date timestamp_ne_timestamptz timestamptz_eq_date
timestamptz_eq_timestamp timestamptz_ge_date timestamptz_ge_timestamp timestamptz_gt_date
timestamptz_gt_timestamp timestamptz_le_date timestamptz_le_timestamp timestamptz_lt_date
timestamptz_lt_timestamp timestamptz_ne_date timestamptz_ne_timestamp ts_match_qv ts_match_tq
ts_match_tt ts_match_vq tsq_mcontains txid_visible_in_snapshot upper_inc upper_inf xideqint4 xidneqint4
xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document xmlexists xmlvalidate
xpath_exists
`,
  box: `
box box_add box_sub
`,
  bpchar: `
bpchar
`,
  bytea: `
convert convert_to decode enum_send lo_get loread pg_read_binary_file set_byte sha224 sha256 sha384
sha512
`,
  char: `
char
`,
  cidr: `
cidr network
`,
  circle: `
circle circle_add_pt circle_div_pt circle_mul_pt circle_sub_pt
`,
  date: `
date date_mii date_pli integer_pl_date make_date to_date
`,
  datemultirange: `
datemultirange
`,
  daterange: `
daterange daterange_canonical
`,
  float4: `
float4 ts_rank ts_rank_cd
`,
  float8: `
acos acosd acosh area asin asind asinh atan atan2 atan2d atand atanh cash_div_cash cbrt corr cos cosd
cosh cot cotd covar_pop covar_samp cume_dist date_part daterange_subdiff dcbrt degrees dexp diameter
dist_bp dist_bs dist_cpoint dist_cpoly dist_lp dist_ls dist_pathp dist_pb dist_pc dist_polyc dist_polyp
dist_ppath dist_ppoly dist_ps dist_sb dist_sl dist_sp dlog1 dlog10 dpow dround dsqrt dtrunc erf erfc
float8 height int4range_subdiff int8range_subdiff lseg_length numrange_subdiff path_length percent_rank
pg_notification_queue_usage pi radians radius random random_normal regr_avgx regr_avgy regr_intercept
regr_r2 regr_slope regr_sxx regr_sxy regr_syy sin sind sinh slope tan tand tanh tsrange_subdiff
tstzrange_subdiff width
`,
  inet: `
broadcast hostmask inet_client_addr inet_server_addr inetmi_int8 int8pl_inet netmask
`,
  int2: `
int2 int2shl int2shr uuid_extract_version
`,
  int4: `
array_length array_lower array_ndims array_position array_upper ascii bit_length bittypmodin
bpchartypmodin brin_summarize_new_values brin_summarize_range cardinality char_length character_length
family get_bit get_byte inet_client_port inet_server_port int4 int4inc int4shl int4shr intervaltypmodin
json_array_length jsonb_array_length lo_close lo_export lo_lseek lo_open lo_tell lo_truncate
lo_truncate64 lo_unlink lowrite masklen min_scale mxid_age npoints ntile num_nonnulls num_nulls
numerictypmodin numnode octet_length path_npoints pg_backend_pid pg_char_to_encoding pg_column_size
pg_encoding_max_length pg_event_trigger_table_rewrite_reason pg_import_system_collations
pg_relation_is_updatable pg_trigger_depth poly_npoints position regexp_count regexp_instr scale strpos
textlen timestamptypmodin timestamptztypmodin timetypmodin timetztypmodin varbittypmodin varchartypmodin
width_bucket
`,
  int4multirange: `
int4multirange
`,
  int4range: `
int4range int4range_canonical
`,
  int8: `
bit_count count crc32 crc32c currval dense_rank gin_clean_pending_list int8 int8shl int8shr lastval
lo_lseek64 lo_tell64 nextval pg_database_size pg_indexes_size pg_relation_size pg_sequence_last_value
pg_size_bytes pg_table_size pg_tablespace_size pg_total_relation_size rank regr_count row_number setval
txid_current txid_current_if_assigned txid_snapshot_xmax txid_snapshot_xmin
`,
  int8multirange: `
int8multirange
`,
  int8range: `
int8range int8range_canonical
`,
  interval: `
interval justify_days justify_hours justify_interval make_interval mul_d_interval time_mi_time
`,
  json: `
array_to_json json_agg json_array_element json_build_array json_build_object json_extract_path
json_object json_object_agg json_object_field json_strip_nulls row_to_json to_json
`,
  jsonb: `
jsonb_agg jsonb_array_element jsonb_build_array jsonb_build_object jsonb_delete jsonb_delete_path
jsonb_extract_path jsonb_insert jsonb_object jsonb_object_agg jsonb_object_field jsonb_path_query_array
jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz jsonb_set jsonb_set_lax
jsonb_strip_nulls to_jsonb
`,
  line: `
line
`,
  lseg: `
diagonal lseg
`,
  macaddr: `
macaddr
`,
  macaddr8: `
macaddr8 macaddr8_set7bit
`,
  money: `
cash_div_flt4 cash_div_flt8 cash_div_int2 cash_div_int4 cash_div_int8 cash_mul_flt4 cash_mul_flt8
cash_mul_int2 cash_mul_int4 cash_mul_int8 flt4_mul_cash flt8_mul_cash int2_mul_cash int4_mul_cash
int8_mul_cash money
`,
  name: `
current_database current_schema current_user getdatabaseencoding getpgusername name nameconcatoid
pg_client_encoding pg_encoding_to_char pg_get_userbyid session_user
`,
  numeric: `
div extract factorial int8_sum numeric numeric_add numeric_div_trunc numeric_exp numeric_inc numeric_ln
numeric_log numeric_power numeric_sqrt numeric_sub numeric_uminus numeric_uplus pg_wal_lsn_diff
to_number trim_scale
`,
  nummultirange: `
nummultirange
`,
  numrange: `
numrange
`,
  oid: `
lo_creat lo_create lo_from_bytea lo_import oid pg_event_trigger_table_rewrite_oid pg_my_temp_schema
pg_nextoid pg_relation_filenode pg_replication_origin_create pg_replication_origin_oid
`,
  path: `
path path_add path_add_pt path_div_pt path_mul_pt path_sub_pt pclose popen
`,
  pg_lsn: `
numeric_pl_pg_lsn pg_backup_start pg_create_restore_point pg_current_wal_flush_lsn
pg_current_wal_insert_lsn pg_current_wal_lsn pg_last_wal_receive_lsn pg_last_wal_replay_lsn
pg_logical_emit_message pg_lsn pg_lsn_mii pg_lsn_pli pg_replication_origin_progress
pg_replication_origin_session_progress pg_switch_wal
`,
  pg_snapshot: `
pg_current_snapshot
`,
  point: `
box_center center circle_center close_ls close_lseg close_pb close_ps close_sb line_interpt lseg_center
lseg_interpt point point_add point_sub poly_center
`,
  polygon: `
polygon
`,
  regclass: `
pg_filenode_relation pg_get_replica_identity_index pg_partition_root regclass to_regclass
`,
  regcollation: `
to_regcollation
`,
  regconfig: `
get_current_ts_config
`,
  regnamespace: `
to_regnamespace
`,
  regoper: `
to_regoper
`,
  regoperator: `
to_regoperator
`,
  regproc: `
to_regproc
`,
  regprocedure: `
to_regprocedure
`,
  regrole: `
to_regrole
`,
  regtype: `
pg_typeof to_regtype
`,
  text: `
abbrev array_dims array_to_string casefold cash_words chr col_description concat concat_ws convert_from
current_query current_setting encode format format_type host icu_unicode_version initcap
json_array_element_text json_extract_path_text json_object_field_text json_typeof
jsonb_array_element_text jsonb_extract_path_text jsonb_object_field_text jsonb_pretty jsonb_typeof left
lpad md5 normalize obj_description oidvectortypes pg_collation_actual_version pg_collation_for
pg_column_compression pg_current_logfile pg_database_collation_actual_version pg_describe_object
pg_export_snapshot pg_get_constraintdef pg_get_expr pg_get_function_arg_default
pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result
pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef pg_get_partition_constraintdef
pg_get_partkeydef pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef
pg_get_statisticsobjdef_columns pg_get_triggerdef pg_get_viewdef pg_get_wal_replay_pause_state
pg_indexam_progress_phasename pg_read_file pg_read_file_old pg_relation_filepath pg_size_pretty
pg_tablespace_location pg_walfile_name pg_xact_status querytree quote_ident quote_literal quote_nullable
regexp_replace regexp_substr repeat replace reverse right rpad set_config shobj_description
similar_escape similar_to_escape split_part system_user text timeofday to_ascii to_bin to_char to_hex
to_oct translate txid_status unicode_version unistr version
`,
  tid: `
currtid2
`,
  time: `
interval_pl_time make_time time time_mi_interval time_pl_interval
`,
  timestamp: `
date_mi_interval date_pl_interval interval_pl_date interval_pl_timestamp make_timestamp timestamp
timestamp_mi_interval timestamp_pl_interval
`,
  timestamptz: `
clock_timestamp date_add date_subtract interval_pl_timestamptz make_timestamptz now pg_conf_load_time
pg_last_xact_replay_timestamp pg_postmaster_start_time pg_xact_commit_timestamp statement_timestamp
timestamptz timestamptz_mi_interval timestamptz_pl_interval to_timestamp transaction_timestamp
uuid_extract_timestamp
`,
  timetz: `
interval_pl_timetz timetz timetz_mi_interval timetz_pl_interval
`,
  tsmultirange: `
tsmultirange
`,
  tsquery: `
phraseto_tsquery plainto_tsquery to_tsquery ts_rewrite tsquery_phrase websearch_to_tsquery
`,
  tsrange: `
tsrange
`,
  tstzmultirange: `
tstzmultirange
`,
  tstzrange: `
tstzrange
`,
  tsvector: `
array_to_tsvector json_to_tsvector jsonb_to_tsvector setweight strip to_tsvector ts_delete ts_filter
`,
  txid_snapshot: `
txid_current_snapshot
`,
  uuid: `
gen_random_uuid uuidv4 uuidv7
`,
  varbit: `
varbit
`,
  varchar: `
varchar
`,
  void: `
brin_desummarize_range fmgr_c_validator fmgr_internal_validator fmgr_sql_validator lo_put
pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock_all pg_advisory_xact_lock
pg_advisory_xact_lock_shared pg_drop_replication_slot pg_extension_config_dump pg_notify
pg_replication_origin_advance pg_replication_origin_drop pg_replication_origin_session_reset
pg_replication_origin_session_setup pg_replication_origin_xact_reset pg_replication_origin_xact_setup
pg_sleep pg_sleep_for pg_sleep_until pg_stop_making_pinned_objects pg_wal_replay_pause
pg_wal_replay_resume plpgsql_validator setseed
`,
  xid: `
xid
`,
  xid8: `
pg_current_xact_id pg_current_xact_id_if_assigned pg_snapshot_xmax pg_snapshot_xmin
`,
  xml: `
cursor_to_xml cursor_to_xmlschema database_to_xml database_to_xml_and_xmlschema database_to_xmlschema
query_to_xml query_to_xml_and_xmlschema query_to_xmlschema schema_to_xml schema_to_xml_and_xmlschema
schema_to_xmlschema table_to_xml table_to_xml_and_xmlschema table_to_xmlschema xml xmlagg xmlcomment
xmltext
`,
};

export const EXTENSION_FUNCTIONS: Readonly<Record<string, string>> = {
  btree_gin: "",
  btree_gist: "",
  citext: `
citext max min regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
replace split_part strpos texticlike texticnlike texticregexeq texticregexne translate
`,
  fuzzystrmatch: `
difference dmetaphone dmetaphone_alt levenshtein levenshtein_less_equal metaphone soundex text_soundex
`,
  hstore: `
akeys avals defined delete each exist exists_all exists_any fetchval hs_concat hs_contained hs_contains
hstore hstore_to_array hstore_to_json hstore_to_json_loose hstore_to_jsonb hstore_to_jsonb_loose
hstore_to_matrix hstore_version_diag isdefined isexists populate_record skeys slice slice_array svals
tconvert
`,
  moddatetime: `
moddatetime
`,
  pg_stat_statements: `
pg_stat_statements pg_stat_statements_info pg_stat_statements_reset
`,
  pg_trgm: `
set_limit show_limit show_trgm similarity strict_word_similarity word_similarity
`,
  pgcrypto: `
armor crypt dearmor decrypt decrypt_iv digest encrypt encrypt_iv gen_random_bytes gen_random_uuid
gen_salt hmac pgp_armor_headers pgp_key_id pgp_pub_decrypt pgp_pub_decrypt_bytea pgp_pub_encrypt
pgp_pub_encrypt_bytea pgp_sym_decrypt pgp_sym_decrypt_bytea pgp_sym_encrypt pgp_sym_encrypt_bytea
`,
  pgjwt: `
algorithm_sign sign try_cast_double url_decode url_encode verify
`,
  plpgsql: "",
  tablefunc: `
connectby crosstab crosstab2 crosstab3 crosstab4 normal_rand
`,
  unaccent: `
unaccent
`,
  "uuid-ossp": `
uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil
uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500
`,
};
