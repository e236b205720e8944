{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin='2026-09-01', batch_size='month') }}
select id, name, amount, at from {{ ref('stg_orders') }}
