//! The table `deliveries`: the outbox.

use sqlx::PgPool;

/// Makes the partitions of this month and the next.
///
/// # Errors
/// The database's.
pub async fn ensure_partitions(db: &PgPool) -> sqlx::Result<()> {
    sqlx::query!(
        "select ensure_deliveries_partition(current_date),
                ensure_deliveries_partition((current_date + interval '1 month')::date)"
    )
    .execute(db)
    .await?;
    Ok(())
}
