//! Dates in the texts of another program's JSON, read as `filter::instant` reads them. A cast would
//! end the statement at the first text that is none.

/// Year, month, day, hours, minutes, seconds, their fraction, and the offset's sign, hours, minutes.
const DATE: &str = r"^(?!0000)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(?:[Tt ]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\.([0-9]+))?(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?)?$";

/// That the text in this expression is a date, and what holds of its `micros` since 1970.
pub(super) fn exists(text: &str, conditions: &str) -> String {
    format!(
        "exists (
           select from regexp_match({text}, '{DATE}') as found (part)
           cross join lateral (select make_date(part[1]::int, part[2]::int, 1) as first) as month
           cross join lateral (
             select (first - date '1970-01-01' + part[3]::int - 1)::bigint * 86400000000
               + (coalesce(part[4]::bigint * 3600 + part[5]::bigint * 60 + part[6]::bigint, 0)
                  - coalesce((part[8] || '1')::bigint * (part[9]::bigint * 60 + part[10]::bigint) * 60, 0))
                 * 1000000
               + coalesce(rpad(left(part[7], 6), 6, '0')::bigint, 0) as micros) as instant
           where part[3]::int <= extract(day from first + interval '1 month' - interval '1 day')
             and {conditions})"
    )
}
