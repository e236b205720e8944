{{ config(materialized='table', tags=['x']) }} select id, name, amount, at from {{ ref('stg_orders') }}
