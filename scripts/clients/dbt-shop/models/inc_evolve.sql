{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', on_schema_change='append_new_columns') }}
select id, name, amount, at from {{ ref('stg_orders') }} {% if is_incremental() %} where id >= 2 {% endif %}
