//! Where a list goes on.

use sea_orm::{
    Order,
    sea_query::{Expr, ExprTrait, IntoColumnRef, Value},
};

/// What lies behind a place in a list that is sorted by these columns in this order: the values are those of the last item
/// of the page before. The last column must tell all items apart that agree in the others.
pub fn behind<const N: usize>(order: &Order, columns: [impl IntoColumnRef; N], values: [Value; N]) -> Expr {
    let place = Expr::tuple(columns.map(Expr::col));
    let values = Expr::tuple(values.map(Expr::val));
    if matches!(order, Order::Desc) { place.lt(values) } else { place.gt(values) }
}
