{{ config(materialized='incremental', incremental_strategy='replace_where', incremental_predicates="id >= 2") }}
select id, name, amount, at from {{ ref('stg_orders') }} {% if is_incremental() %} where id >= 2 {% endif %}
