//! Keeps other web pages out: any page in the visitor's browser could otherwise post to this address.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What the page's files may load and do: only what comes from here.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Lets through what was asked of this address by its own page.
pub(super) async fn check(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    if !admits(address, request.method(), request.headers()) {
        let word = "This page answers only to itself; open it at the address that paperboy demo has printed.";
        return (StatusCode::FORBIDDEN, word).into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `Host` must be this machine's own name, since a foreign name can be made to point here; and what changes something
/// must come from this origin, which a browser tells truthfully.
fn admits(address: SocketAddr, method: &Method, headers: &HeaderMap) -> bool {
    let port = address.port();
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("[::1]:{port}")];
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).is_some_and(|host| own.iter().any(|own| own == host));
    let origin = match text(header::ORIGIN) {
        Some(origin) => origin.strip_prefix("http://").is_some_and(|origin| own.iter().any(|own| own == origin)),
        None => method == Method::GET,
    };
    host && origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(method: &Method, host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        admits(SocketAddr::from(([127, 0, 0, 1], 8025)), method, &headers)
    }

    #[test]
    fn only_the_page_itself_is_let_through() {
        assert!(admitted(&Method::GET, "127.0.0.1:8025", None));
        assert!(admitted(&Method::POST, "localhost:8025", Some("http://localhost:8025")));
    }

    #[test]
    fn another_page_cannot_act_for_the_readers() {
        assert!(!admitted(&Method::POST, "127.0.0.1:8025", Some("http://evil.example")));
        assert!(!admitted(&Method::POST, "127.0.0.1:8025", Some("http://127.0.0.1:9")));
        assert!(!admitted(&Method::POST, "127.0.0.1:8025", Some("null")));
        assert!(!admitted(&Method::POST, "127.0.0.1:8025", None));
    }

    #[test]
    fn a_foreign_name_that_points_here_is_not_let_in() {
        assert!(!admitted(&Method::GET, "evil.example:8025", None));
        assert!(!admitted(&Method::GET, "evil.example:8025", Some("http://evil.example:8025")));
    }
}
