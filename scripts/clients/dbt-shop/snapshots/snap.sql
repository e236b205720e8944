{% snapshot orders_snap %}
{{ config(target_schema='dbt_shop', unique_key='id', strategy='check', check_cols=['name','amount']) }}
select id, name, amount from {{ ref('stg_orders') }}
{% endsnapshot %}
