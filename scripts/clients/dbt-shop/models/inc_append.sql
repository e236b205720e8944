{{ config(materialized='incremental', incremental_strategy='append') }}
select id, name, amount, at from {{ ref('stg_orders') }} {% if is_incremental() %} where id >= 2 {% endif %}
