//! Makes cargo notice a new migration, which `sqlx::migrate!` alone does not.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
