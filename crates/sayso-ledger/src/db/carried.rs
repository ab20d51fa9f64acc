//! Values between the two engines.

use bytes::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type};
use rusqlite::types::Value;

/// A SQLite value on its way to or from PostgreSQL.
#[derive(Debug)]
pub(crate) struct Carried(pub(crate) Value);

type Failed = Box<dyn std::error::Error + Send + Sync>;

impl ToSql for Carried {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match (&self.0, wanted) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Integer(n), &Type::INT8) => n.to_sql(wanted, out),
            (Value::Integer(n), &Type::INT4) => i32::try_from(*n)?.to_sql(wanted, out),
            (Value::Integer(n), &Type::BOOL) => (*n != 0).to_sql(wanted, out),
            (Value::Integer(n), &Type::FLOAT8) => (*n as f64).to_sql(wanted, out),
            (Value::Real(x), &Type::FLOAT8) => x.to_sql(wanted, out),
            (Value::Blob(bytes), &Type::BYTEA) => bytes.to_sql(wanted, out),
            (Value::Text(text), wanted) if <&str as ToSql>::accepts(wanted) => {
                text.as_str().to_sql(wanted, out)
            }
            (value, wanted) => Err(format!("{} where {wanted} is wanted", value.data_type()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Carried {
    fn from_sql(found: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        Ok(Self(match *found {
            Type::INT8 => i64::from_sql(found, raw)?.into(),
            Type::INT4 => i64::from(i32::from_sql(found, raw)?).into(),
            Type::BOOL => i64::from(bool::from_sql(found, raw)?).into(),
            Type::FLOAT8 => f64::from_sql(found, raw)?.into(),
            Type::BYTEA => Vec::<u8>::from_sql(found, raw)?.into(),
            _ => String::from_sql(found, raw)?.into(),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failed> {
        Ok(Self(Value::Null))
    }

    fn accepts(found: &Type) -> bool {
        matches!(*found, Type::INT8 | Type::INT4 | Type::BOOL | Type::FLOAT8 | Type::BYTEA)
            || <String as FromSql>::accepts(found)
    }
}
