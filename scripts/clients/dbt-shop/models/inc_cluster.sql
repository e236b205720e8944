{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', liquid_clustered_by=['id']) }}
select id, name, amount, at from {{ ref('stg_orders') }} {% if is_incremental() %} where id >= 2 {% endif %}
