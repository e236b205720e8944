{{ config(materialized='view') }} select id, name, cast(amount as decimal(10,2)) as amount, at from {{ ref('raw_orders') }}
