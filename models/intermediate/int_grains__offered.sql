select 'all' as period_grain
union all
select 'month' as period_grain
union all
select 'quarter' as period_grain
union all
select 'half_year' as period_grain
union all
select 'year' as period_grain
